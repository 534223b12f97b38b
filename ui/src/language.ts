// Which language the page speaks: what a person chose on this computer, else what the browser asks for.

import type { Translation } from './texts';
import { speak, t } from './texts';

/** By their own names, as their speakers look for them. */
export const kLanguages = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español', ja: '日本語' } as const;
export type Language = keyof typeof kLanguages;

const kKey = 'gantry.language';
const isLanguage = (name: string | null | undefined): name is Language => !!name && Object.hasOwn(kLanguages, name);
const base = (tag: string) => tag.slice(0, 2).toLowerCase();

let current: Language = 'en';
let zone: string | undefined;
const listeners = new Set<() => void>();

export const language = (): Language => current;

export function onLanguage(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

function chosen(): Language {
    try {
        const kept = localStorage.getItem(kKey);
        if (isLanguage(kept)) return kept;
    } catch {
        // Without storage the browser's own wish decides.
    }
    return navigator.languages.map(base).find(isLanguage) ?? 'en';
}

/** Speaks as this person wants. A catalogue that does not come leaves the page in English, which it always has. */
export async function startLanguage(): Promise<void> {
    await use(chosen()).catch(() => undefined);
}

/** Changes the language and keeps the choice on this computer. */
export async function choose(next: Language): Promise<void> {
    await use(next);
    try {
        localStorage.setItem(kKey, next);
    } catch {
        // Without storage the choice lasts until the page is closed.
    }
}

async function use(next: Language): Promise<void> {
    speak(next === 'en' ? {} : await load(next));
    current = next;
    document.documentElement.lang = next;
    for (const listener of listeners) listener();
}

function load(wanted: Language): Promise<Translation> {
    const here = globalThis.gantryCatalogues?.[wanted];
    if (here) return Promise.resolve(here);
    return new Promise((resolve, reject) => {
        const script = document.createElement('script');
        script.src = `/language-${wanted}.js`;
        script.onload = () => resolve(globalThis.gantryCatalogues?.[wanted] ?? {});
        script.onerror = () => {
            script.remove();
            reject(new Error(wanted));
        };
        document.head.append(script);
    });
}

/** The browser's region where it fits the language ("en-US", "de-CH"), for dates and numbers. */
export const locale = (): string => navigator.languages.find((tag) => base(tag) === current) ?? t.locale;

/** The site's time zone, as the box says it; without one the browser's. */
export const timeZone = (): string | undefined => zone;

export function setTimeZone(name: string | undefined): void {
    try {
        if (name) new Intl.DateTimeFormat('en', { timeZone: name });
        zone = name || undefined;
    } catch {
        zone = undefined; // a name that this browser does not know
    }
}
