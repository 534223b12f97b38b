// The strip on top of every page: whose box, where to go, and in a few words how it is doing.

import type { Status } from './api';
import { clock, timeLeft } from './format';
import { useLanguage, useNow } from './hooks';
import { choose, kLanguages, type Language } from './language';
import { refusalNeedsSomeone } from './refusals';
import { accountAddress, centralAddress, refusedAddress, scannersAddress, systemAddress, todayAddress, uploadsAddress, visitsAddress, type Route } from './route';
import type { SessionWord } from './shapes_people';
import { isShut, store, type State } from './store';
import { t } from './texts';

export function Header(props: { state: State; route: Route; onHelp: () => void }) {
    const { state, route } = props;
    const signedOut = isShut(state.session);
    const unseen = (state.refusals ?? []).filter(refusalNeedsSomeone).length;
    const link = (page: Route['page'], address: string, text: string, badge = 0) => (
        <a href={address} aria-current={route.page === page ? 'page' : undefined}>
            {text}{badge > 0 && <span class="count">{badge}</span>}
        </a>
    );
    return (
        <header class="top">
            <p class="whose">
                <strong>{t.product}</strong>
                {state.status && <span>{t.site(state.status.site)}</span>}
            </p>
            {!signedOut && (
                <nav aria-label={t.nav.label}>
                    {link('today', todayAddress, t.nav.today)}
                    {link('visits', visitsAddress, t.nav.visits)}
                    {link('uploads', uploadsAddress, t.nav.uploads)}
                    {link('scanners', scannersAddress, t.nav.scanners)}
                    {link('central', centralAddress, t.nav.central, state.status?.queries?.unread ?? 0)}
                    {link('refused', refusedAddress, t.nav.refused, unseen)}
                    {link('system', systemAddress, t.nav.system)}
                </nav>
            )}
            {!signedOut && <Strip state={state} />}
            {!signedOut && state.who && <Person who={state.who} />}
            <LanguageChoice />
            <button class="plain help-button" type="button" onClick={props.onHelp} aria-label={t.nav.help} title={t.nav.help}>?</button>
        </header>
    );
}

function Person({ who }: { who: SessionWord }) {
    return (
        <p class="person">
            <a href={accountAddress} title={t.person.label}>{who.full_name}</a>
            <button type="button" class="small" onClick={() => void store.lock()}>{t.person.lock}</button>
        </p>
    );
}

function LanguageChoice() {
    const current = useLanguage();
    const change = (event: { currentTarget: HTMLSelectElement }) => {
        const { currentTarget: select } = event;
        choose(select.value as Language).catch(() => { select.value = current; });
    };
    return (
        <select class="language" aria-label={t.language} title={t.language} value={current} onChange={change}>
            {Object.entries(kLanguages).map(([key, name]) => <option key={key} value={key} lang={key}>{name}</option>)}
        </select>
    );
}

function Strip({ state }: { state: State }) {
    const now = useNow();
    const { mood, words } = summary(state);
    return (
        <a class={`strip strip-${mood}`} href={systemAddress}>
            <span class="lamp" aria-hidden="true" />
            <span>{words.join(' · ')}</span>
            {state.status && <time class="wall">{clock(now)}</time>}
        </a>
    );
}

function summary(state: State): { mood: 'well' | 'trouble' | 'waiting'; words: string[] } {
    if (state.link === 'lost') return { mood: 'trouble', words: [t.system.lost] };
    if (!state.status) return { mood: 'waiting', words: [t.system.checking] };
    const { problems } = state.status;
    const words = problems.length === 0 ? [t.system.allWell]
        : problems.length === 1 ? [problems[0]?.what ?? '']
        : [t.system.problems(problems.length)];
    return { mood: problems.length > 0 ? 'trouble' : 'well', words: [...words, ...uploadWords(state.status)] };
}

export function uploadWords({ uploads }: Status): string[] {
    if (uploads.active > 0) {
        const left = timeLeft(uploads.bytes_left, uploads.rate_bytes_s);
        return [t.system.uploads(uploads.active) + (left ? `, ${t.system.doneIn(left)}` : '')];
    }
    return uploads.waiting > 0 ? [t.system.wait(uploads.waiting)] : [];
}
