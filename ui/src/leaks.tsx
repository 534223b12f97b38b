// What the leak gate found in a held study, and what a person decides about each find.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { Leak, StudyDetail } from './api';
import { FormTrouble, onEscape, TextField, useSubmit } from './forms';
import { may } from './may';
import { ByName } from './signature';
import { store } from './store';
import { t } from './texts';

type Choice = 'remove' | 'withhold';

export function Leaks({ study, onDone }: { study: StudyDetail; onDone: (note: string) => void }) {
    const leaks = study.leaks ?? [];
    if (leaks.length === 0) return null;
    return (
        <section class="block block-ask block-leaks">
            <h2>{t.leaks.title}</h2>
            <p class="lead">{t.leaks.lead}</p>
            {leaks.map((leak) => <Find key={leak.id} study={study} leak={leak} onDone={onDone} />)}
        </section>
    );
}

function Find({ study, leak, onDone }: { study: StudyDetail; leak: Leak; onDone: (note: string) => void }) {
    const [choice, setChoice] = useState<Choice | null>(null);
    return (
        <article class="finding">
            <h3>{t.leaks.found(leak.what, leak.place)}</h3>
            <p class="quiet">{t.leaks.reach(leak.images, leak.series.length)}</p>
            {leak.settled && <p>{t.leaks.settled[leak.settled]}</p>}
            {!leak.settled && !choice && may('/leaks/{id}/remove') && (
                <p class="actions">
                    {leak.can_remove && <button type="button" onClick={() => setChoice('remove')}>{t.leaks.remove}</button>}
                    <button type="button" onClick={() => setChoice('withhold')}>{t.leaks.withhold(leak.images)}</button>
                </p>
            )}
            {choice && <Decide study={study} leak={leak} choice={choice} onClose={() => setChoice(null)} onDone={onDone} />}
        </article>
    );
}

function Decide(props: {
    study: StudyDetail; leak: Leak; choice: Choice; onClose: () => void; onDone: (note: string) => void;
}) {
    const { study, leak, choice, onClose, onDone } = props;
    const [why, setWhy] = useState('');
    const [who, setWho] = useState('');
    const reason = why.trim();
    const name = who.trim();
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, () => api.settleLeak(leak.id, choice, name, reason));
        onClose();
        onDone(choice === 'remove' ? t.leaks.removed : t.leaks.withheld);
    });
    const check = () => [reason ? '' : t.leaks.needWhy].filter(Boolean);
    return (
        <form class="form" noValidate onSubmit={submit.onSubmit(check)} onKeyDown={onEscape(onClose)}>
            <p class="form-end">{choice === 'remove' ? t.leaks.removeLead : t.leaks.withholdLead}</p>
            <TextField label={t.leaks.why} hint={t.leaks.whyHint} value={why} onInput={setWhy} />
            <ByName onInput={setWho} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                <p class="actions">
                    <button type="button" onClick={onClose}>{t.form.cancel}</button>
                    <button class="strong" type="submit" disabled={submit.busy}>
                        {submit.busy ? t.form.working : choice === 'remove' ? t.leaks.remove : t.leaks.withhold(leak.images)}
                    </button>
                </p>
            </div>
        </form>
    );
}
