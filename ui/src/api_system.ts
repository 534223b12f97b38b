// The calls of the page System.

import { get, kBase, post } from './api';

export interface SystemFacts {
    disk: { free_bytes: number; reserve_bytes: number; days_left: number | null };
    nodes: { ae_title: string; address: string; last_at: number; associations: number; broken: number }[];
    certificates: { trial: string; ends_at: number }[]; // "": the page's own
    versions: { name: string; version: string }[];
}

export const readSystem = () => get<SystemFacts>('/system');
export const echo = async (aeTitle: string, host: string, port: string) =>
    ((await post('/system/echo', { ae_title: aeTitle, host, port })) as { milliseconds: number }).milliseconds;
export const logAddress = `${kBase}/system/log`;
export async function readLog(): Promise<string[]> {
    const answer = await fetch(logAddress, { cache: 'no-store' });
    return answer.ok ? (await answer.text()).split('\n').filter(Boolean) : [];
}
