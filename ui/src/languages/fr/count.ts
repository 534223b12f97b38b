import { counter, numbers } from '../../count';

export { fieldWords } from '../../count';
export const count = counter('fr');
export const number = numbers('fr');
