// Which page the address asks for: "#/", "#/study/7", "#/study/7/release", "#/study/7/assign",
// "#/study/7/again", "#/study/7/correct", "#/visits", "#/uploads", "#/scanners", "#/central",
// "#/refused", "#/system", "#/account", "#/people", "#/audit".

import { useLayoutEffect, useState } from 'preact/hooks';

export type Panel = 'release' | 'assign' | 'again' | 'correct';
const kPanels: readonly string[] = ['release', 'assign', 'again', 'correct'];
/** Pages that are the whole of one list. */
type ListPage = 'visits' | 'uploads' | 'scanners' | 'central' | 'refused' | 'system' | 'account' | 'people' | 'audit';
const kListPages: readonly string[] = ['visits', 'uploads', 'scanners', 'central', 'refused', 'system', 'account', 'people', 'audit'];
export type Route =
    | { page: 'today' }
    | { page: 'study'; id: number; panel: Panel | null }
    | { page: ListPage }
    | { page: 'unknown' };

export function parseRoute(hash: string): Route {
    const parts = hash.replace(/^#\/?/, '').split('/').filter(Boolean);
    const [page, id, panel] = parts;
    if (page === undefined) return { page: 'today' };
    if (kListPages.includes(page)) return { page: page as ListPage };
    if (page === 'study' && id !== undefined && /^\d+$/.test(id)) {
        return { page, id: Number(id), panel: panel !== undefined && kPanels.includes(panel) ? (panel as Panel) : null };
    }
    return { page: 'unknown' };
}

export const todayAddress = '#/';
export const visitsAddress = '#/visits';
export const uploadsAddress = '#/uploads';
export const scannersAddress = '#/scanners';
export const centralAddress = '#/central';
export const refusedAddress = '#/refused';
export const systemAddress = '#/system';
export const accountAddress = '#/account';
export const peopleAddress = '#/people';
export const auditAddress = '#/audit';
export const studyAddress = (id: number, panel?: Panel) => `#/study/${id}${panel ? `/${panel}` : ''}`;

export function go(address: string): void {
    location.hash = address;
}

export const currentRoute = (): Route => parseRoute(location.hash);

/** Listens before the page is painted, and looks once more then: the address may have moved meanwhile. */
export function useRoute(): Route {
    const [route, setRoute] = useState(currentRoute);
    useLayoutEffect(() => {
        const follow = () => setRoute(currentRoute());
        addEventListener('hashchange', follow);
        follow();
        return () => removeEventListener('hashchange', follow);
    }, []);
    return route;
}
