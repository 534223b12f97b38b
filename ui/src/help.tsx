// Keyboard: the shortcuts, their list under "?", and the switch that turns them off.

import { useEffect, useRef, useState } from 'preact/hooks';

import { centralAddress, currentRoute, go, refusedAddress, scannersAddress, studyAddress, systemAddress, todayAddress, uploadsAddress, visitsAddress } from './route';
import { t } from './texts';

const kOffKey = 'gantry.shortcuts.off';

function shortcutsOff(): boolean {
    try {
        return localStorage.getItem(kOffKey) === '1';
    } catch {
        return false;
    }
}

function setShortcutsOff(off: boolean): void {
    try {
        if (off) localStorage.setItem(kOffKey, '1');
        else localStorage.removeItem(kOffKey);
    } catch {
        // Without storage the choice lasts until the page is closed.
    }
}

/** The page is read off the address at each key: a key pressed before the page was drawn must count too. */
export function useShortcuts(toggleHelp: () => void): void {
    useEffect(() => {
        const onKey = (event: KeyboardEvent) => {
            if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
            if (document.querySelector('dialog[open]')) return;
            if (event.key === 'Escape') return leave();
            if (isTyping(event.target) || shortcutsOff()) return;
            if (act(event.key, toggleHelp)) event.preventDefault();
        };
        addEventListener('keydown', onKey);
        return () => removeEventListener('keydown', onKey);
    }, []);
}

function act(key: string, toggleHelp: () => void): boolean {
    switch (key) {
        case '?': toggleHelp(); return true;
        case 't': go(todayAddress); return true;
        case 'v': go(visitsAddress); return true;
        case 'u': go(uploadsAddress); return true;
        case 'c': go(scannersAddress); return true;
        case 'q': go(centralAddress); return true;
        case 'n': go(refusedAddress); return true;
        case 's': go(systemAddress); return true;
        case 'j': return step(1);
        case 'k': return step(-1);
        default: return false;
    }
}

function leave(): void {
    const route = currentRoute();
    if (route.page === 'study') go(route.panel ? studyAddress(route.id) : todayAddress);
}

function step(by: number): boolean {
    const stops = [...document.querySelectorAll<HTMLElement>('[data-stop]')].filter((stop) => stop.offsetParent !== null);
    if (stops.length === 0) return false;
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const next = at < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(stops.length - 1, Math.max(0, at + by));
    stops[next]?.focus();
    stops[next]?.closest('article, li')?.scrollIntoView({ block: 'nearest' });
    return true;
}

function isTyping(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function Help(props: { onClose: () => void }) {
    const dialog = useRef<HTMLDialogElement>(null);
    const [on, setOn] = useState(!shortcutsOff());
    useEffect(() => dialog.current?.showModal(), []);
    const toggle = (checked: boolean) => {
        setOn(checked);
        setShortcutsOff(!checked);
    };
    return (
        <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={props.onClose}>
            <h2 id="help-title">{t.help.title}</h2>
            <dl>
                {t.help.rows.map(([key, meaning]) => (
                    <div key={key}><dt><kbd>{key}</kbd></dt><dd>{meaning}</dd></div>
                ))}
            </dl>
            <p>
                <label class="check">
                    <input type="checkbox" checked={on} onChange={(event) => toggle(event.currentTarget.checked)} />
                    {t.help.off}
                </label>
            </p>
            <p class="actions"><button type="button" onClick={() => dialog.current?.close()}>{t.help.close}</button></p>
        </dialog>
    );
}
