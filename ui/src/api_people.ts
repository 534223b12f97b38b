// The calls about sessions, people and the audit.

import { get, kBase, list, post, useCsrf } from './api';
import type { AuditPage, Person, Role, SessionWord } from './shapes_people';

const taken = (word: unknown): SessionWord => {
    const session = word as SessionWord;
    useCsrf(session.csrf);
    return session;
};

export const readSession = async () => taken(await get<SessionWord>('/session'));
export const signIn = async (name: string, password: string, code: string) =>
    taken(await post('/session', { name, password, ...(code && { code }) }));
export const setUp = async (code: string, name: string, fullName: string, password: string) =>
    taken(await post('/setup', { code, name, full_name: fullName, password }));
export const signOut = async () => taken(await post('/session/end', {}));
export const lock = () => post('/session/lock', {});
export const unlock = (secret: string) => post('/session/unlock', { secret });
export const stayAwake = () => post('/session/alive', {});

export const changePassword = (password: string, fresh: string) => post('/account/password', { password, new_password: fresh });
export const setPin = (password: string, pin: string) => post('/account/pin', { password, pin });
export const startCodes = async () => ((await post('/account/codes/start', {})) as { address: string }).address;
export const confirmCodes = (password: string, code: string) => post('/account/codes/confirm', { password, code });
export const dropCodes = (password: string) => post('/account/codes/drop', { password });

export const readPeople = async () => list<Person>(await get('/people'));
const passwordOf = (answer: unknown) => (answer as { password: string }).password;
export const addPerson = async (name: string, fullName: string, role: Role) =>
    passwordOf(await post('/people', { name, full_name: fullName, role }));
export const setRole = (id: number, role: Role) => post(`/people/${id}/role`, { role });
export const setLeft = (id: number, left: boolean) => post(`/people/${id}/left`, { left: left ? 'yes' : 'no' });
export const newPassword = async (id: number) => passwordOf(await post(`/people/${id}/password`, {}));

export interface AuditWish {
    text: string;
    from: number | null; // ms
    to: number | null;
    before: number; // entries below this number; 0: from the newest
}
const queryOf = ({ text, from, to, before }: AuditWish) => new URLSearchParams({
    ...(text && { q: text }), ...(from !== null && { from: String(from) }), ...(to !== null && { to: String(to) }),
    ...(before > 0 && { before: String(before) }),
}).toString();
export const readAudit = (wish: AuditWish) => get<AuditPage>(`/audit?${queryOf(wish)}`);
export const auditCsvAddress = (wish: AuditWish) => `${kBase}/audit.csv?${queryOf({ ...wish, before: 0 })}`;
