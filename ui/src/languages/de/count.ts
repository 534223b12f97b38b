import { counter, numbers } from '../../count';

export { fieldWords } from '../../count';
export const count = counter('de');
export const number = numbers('de');
