import { offer } from '../offer';
import { page } from './page';
import { protocol } from './protocol';
import { sponsor } from './sponsor';
import { study } from './study';

offer('de', { ...page, ...study, ...protocol, ...sponsor });
