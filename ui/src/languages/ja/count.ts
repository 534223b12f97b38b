import { numbers } from '../../count';

export { fieldWords } from '../../count';
export const number = numbers('ja');
