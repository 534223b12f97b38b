// Everything between this site and the central teams: questions, imaging manuals, enrolments.

import * as api from './api';
import { useNow, useReading } from './hooks';
import { Inboxes } from './inboxes';
import { useNote } from './note';
import { Packs } from './packs';
import { Loading } from './parts';
import { Queries } from './queries';
import type { State } from './store';
import { t } from './texts';

export function CentralPage({ state }: { state: State }) {
    const now = useNow();
    const note = useNote();
    const queries = useReading('queries', api.readQueries);
    const packs = useReading('packs', api.readPacks);
    const inboxes = useReading('inbox', api.readInboxes);
    const done = (reading: { again: () => Promise<void> }) => (text: string) => {
        note.say(text);
        void reading.again();
    };
    const waiting = !queries.answer && !queries.refusal && state.link !== 'lost';
    return (
        <section class="narrow">
            <h1>{t.central.title}</h1>
            <p class="quiet">{t.central.lead}</p>
            {note.element}
            {waiting && <Loading />}
            {queries.refusal && <p class="trouble" role="alert">{queries.refusal}</p>}
            {queries.answer && <Queries queries={queries.answer} now={now} onDone={done(queries)} />}
            {packs.answer && <Packs packs={packs.answer} now={now} onDone={done(packs)} />}
            {inboxes.answer && <Inboxes trials={inboxes.answer} now={now} onDone={done(inboxes)} />}
        </section>
    );
}
