import { offer } from '../offer';
import { machine } from './machine';
import { page } from './page';
import { people } from './people';
import { protocol } from './protocol';
import { sponsor } from './sponsor';
import { study } from './study';

offer('fr', { ...page, ...people, ...machine, ...study, ...protocol, ...sponsor });
