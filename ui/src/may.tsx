// What the role of who is signed in may do.

import type { ComponentChildren } from 'preact';

import { useStore } from './hooks';
import { store } from './store';

/** `call`: an address that is posted to, "/studies/{id}/release". */
export const may = (call: string): boolean => store.state.who?.may?.includes(call) ?? false;

/** Only for whose role may make this call. */
export function May({ call, children }: { call: string; children: ComponentChildren }) {
    useStore();
    return may(call) ? <>{children}</> : null;
}
