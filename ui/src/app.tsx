// The frame around every page: header, live region, shortcuts, sign-in, the note when the box is out of reach.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { AccountPage } from './account';
import { AuditPage } from './audit';
import { Board } from './board';
import { CentralPage } from './central';
import { Door } from './door';
import { Header } from './header';
import { Help, useShortcuts } from './help';
import { useLanguage, useStore } from './hooks';
import { LostTouch } from './lost';
import { Mishap } from './mishap';
import { needsSomeone, nameOf } from './outcomes';
import { PeoplePage } from './people';
import { Refusals, refusalNeedsSomeone } from './refusals';
import { todayAddress, useRoute, type Route } from './route';
import { ScannersPage } from './scanners';
import { isShut, type State } from './store';
import { StudyPage } from './study';
import { SystemPage } from './system';
import { t } from './texts';
import { UploadsPage } from './uploads';
import { VisitsPage } from './visits';

export function App() {
    const state = useStore();
    const route = useRoute();
    useLanguage();
    const [helpOpen, setHelpOpen] = useState(false);
    const main = useRef<HTMLElement>(null);
    useShortcuts(() => setHelpOpen((open) => !open));
    useTitle(state, route);
    useFocusOnMove(route, main);
    const shut = isShut(state.session);
    return (
        <>
            <a class="skip" href="#content" onClick={(event) => skip(event, main.current)}>{t.skip}</a>
            <Header state={state} route={route} onHelp={() => setHelpOpen(true)} />
            <main id="content" ref={main} tabIndex={-1}>
                {!shut && <LostTouch state={state} />}
                {state.updated && <Updated />}
                {shut ? <Door state={state} /> : <Mishap key={placeOf(route)}><Page state={state} route={route} /></Mishap>}
            </main>
            <div class="unseen" role="status" aria-live="assertive" aria-atomic="true">{state.announcement}</div>
            {helpOpen && <Help onClose={() => setHelpOpen(false)} />}
        </>
    );
}

function Page({ state, route }: { state: State; route: Route }) {
    switch (route.page) {
        case 'today': return <Board state={state} />;
        case 'study': return <StudyPage key={route.id} state={state} id={route.id} panel={route.panel} />;
        case 'visits': return <VisitsPage state={state} />;
        case 'uploads': return <UploadsPage state={state} />;
        case 'scanners': return <ScannersPage state={state} />;
        case 'central': return <CentralPage state={state} />;
        case 'refused': return <Refusals state={state} />;
        case 'account': return <AccountPage state={state} />;
        case 'people': return <PeoplePage state={state} />;
        case 'audit': return <AuditPage state={state} />;
        case 'system': return <SystemPage state={state} />;
        case 'unknown': return (
            <section class="empty">
                <h1>{t.notFound.title}</h1>
                <p><a class="button" href={todayAddress}>{t.notFound.back}</a></p>
            </section>
        );
    }
}

function Updated() {
    return (
        <section class="notice notice-well" role="status">
            <p class="actions">
                {t.updated.title}
                <button type="button" onClick={() => location.reload()}>{t.updated.reload}</button>
            </p>
        </section>
    );
}

/** A real anchor would replace the page's own address, so the skip link moves the focus itself. */
function skip(event: Event, target: HTMLElement | null): void {
    event.preventDefault();
    target?.focus();
}

export function countOfNeeds(state: State): number {
    const studies = [...(state.studies?.values() ?? [])].filter(needsSomeone).length;
    return studies + ((state.refusals ?? []).some(refusalNeedsSomeone) ? 1 : 0);
}

const placeOf = (route: Route) => (route.page === 'study' ? `study ${route.id}` : route.page);

function useTitle(state: State, route: Route): void {
    const needs = countOfNeeds(state);
    const study = route.page === 'study' ? state.details.get(route.id) : undefined;
    const shut = isShut(state.session);
    const page = shut ? t.door.signIn
        : route.page === 'study' ? (study ? nameOf(study) : t.board.title)
        : route.page === 'unknown' ? t.board.title
        : route.page === 'account' || route.page === 'people' || route.page === 'audit' ? t[route.page].title
        : t.nav[route.page];
    const title = (needs > 0 && !shut ? `(${needs}) ` : '') + t.title(page, state.status?.site ?? '');
    useEffect(() => {
        document.title = title;
    }, [title]);
}

/** After a move to another page the focus starts at its top, as it would after a page load. */
function useFocusOnMove(route: Route, main: { current: HTMLElement | null }): void {
    const place = placeOf(route);
    const before = useRef(place);
    useLayoutEffect(() => {  // before the page can be typed into: a later move would take the focus from a field
        if (before.current === place) return;
        before.current = place;
        window.scrollTo(0, 0);
        main.current?.focus({ preventScroll: true });
    }, [place]);
}
