import { counter, numbers } from '../../count';

export { fieldWords } from '../../count';
export const count = counter('es');
export const number = numbers('es');
