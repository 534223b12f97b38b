// How a catalogue that is a file of its own reaches the page: it leaves itself where the page looks.

import type { Translation } from '../texts';

declare global {
    var gantryCatalogues: Record<string, Translation> | undefined;
}

export function offer(language: string, catalogue: Translation): void {
    (globalThis.gantryCatalogues ??= {})[language] = catalogue;
}
