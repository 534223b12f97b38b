// The scanners that sent here: what is watched on each, what changed since it was qualified, and what is remembered.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { PhantomLedger, Placement, Scanner } from './api';
import { kToneClass, ToneSign, type Tone } from './findings';
import { day, dicomDate, when } from './format';
import { FormTrouble, useSubmit } from './forms';
import { useNow, useReading } from './hooks';
import { useNote } from './note';
import { Loading } from './parts';
import { Phantoms } from './phantoms';
import { PhantomForm, QualifyForm, WithdrawForm } from './qualify';
import { may } from './may';
import { ByName } from './signature';
import { store, type State } from './store';
import { t } from './texts';
import { Unfold } from './unfold';

export function ScannersPage({ state }: { state: State }) {
    const note = useNote();
    const scanners = useReading('scanners', api.readScanners);
    const { answer, refusal } = scanners;
    const ledgers = useReading('phantoms', api.readPhantoms).answer ?? [];
    const finish = (text: string) => {
        note.say(text);
        void scanners.again();
    };
    return (
        <section class="narrow">
            <h1>{t.scanners.title}</h1>
            <p class="quiet">{t.scanners.lead}</p>
            {note.element}
            {refusal && <p class="trouble" role="alert">{refusal}</p>}
            {!answer && !refusal && state.link !== 'lost' && <Loading />}
            {answer?.length === 0 && <p class="calm">{t.scanners.none}</p>}
            {answer?.map((scanner) => (
                <ScannerBlock key={scanner.id} scanner={scanner} state={state} onDone={finish}
                    ledger={ledgers.find((one) => one.scanner === scanner.id)} />
            ))}
            <Remembered onDone={note.say} />
        </section>
    );
}

interface ScannerProps {
    scanner: Scanner;
    state: State;
    onDone: (note: string) => void;
}

const changedOn = (scanner: Scanner) =>
    scanner.watched.filter((value) => value.at_qualification !== '' && value.now !== value.at_qualification);

function ScannerBlock({ scanner, state, onDone, ledger }: ScannerProps & { ledger: PhantomLedger | undefined }) {
    const now = useNow();
    const trial = state.status?.trials.find((candidate) => candidate.id === scanner.trial);
    const phantoms = scanner.phantoms.map((phantom) => t.scanners.passedOn(phantom.id, dicomDate(phantom.passed_on)));
    return (
        <section class="block scanner">
            <h2>{scanner.label || scanner.key}</h2>
            <p class="quiet">{[trial?.title ?? scanner.trial, t.scanners.seen(day(scanner.first_seen), when(scanner.last_seen, now))].join(' · ')}</p>
            <Standing scanner={scanner} />
            {ledger && <Phantoms ledger={ledger} />}
            {scanner.watched.length > 0 && <Watched scanner={scanner} />}
            {phantoms.length > 0 && <p>{t.scanners.phantoms}: {phantoms.join(', ')}</p>}
            {scanner.changes.length > 0 && <Changes scanner={scanner} now={now} />}
            <ScannerActions scanner={scanner} state={state} onDone={onDone} />
            <details>
                <summary>{t.study.technical}</summary>
                <p class="mono">{scanner.key}</p>
            </details>
        </section>
    );
}

/** Whether it is qualified, and whether that still holds. */
function Standing({ scanner }: { scanner: Scanner }) {
    const { qualified } = scanner;
    const tone: Tone = qualified === null ? 'unknown' : qualified ? 'pass' : 'note';
    const words = qualified === null ? t.scanners.unknown : qualified ? t.scanners.qualified : t.scanners.notQualified;
    const more = [t.scanners.by(scanner.qualified_by, dicomDate(scanner.qualified_on)), scanner.standard && t.scanners.standard(scanner.standard)];
    const changed = changedOn(scanner).map((value) => value.label || value.name);
    return (
        <ul class="checklist checklist-tight standing">
            <li class={kToneClass[tone]}>
                <ToneSign tone={tone} />
                <p><strong>{words}</strong> <span class="quiet">{qualified === null ? '' : more.filter(Boolean).join(' · ')}</span></p>
            </li>
            {changed.length > 0 && (
                <li class={kToneClass.note}><ToneSign tone="note" /><p class="trouble-words">{t.scanners.changed(changed.join(', '))}</p></li>
            )}
        </ul>
    );
}

function Watched({ scanner }: { scanner: Scanner }) {
    const changed = new Set(changedOn(scanner));
    return (
        <table class="watched">
            <thead><tr><th scope="col">{t.scanners.watched}</th><th scope="col">{t.scanners.now}</th><th scope="col">{t.scanners.then}</th></tr></thead>
            <tbody>
                {scanner.watched.map((value) => (
                    <tr key={value.name} class={changed.has(value) ? 'is-needs_you' : undefined}>
                        <th scope="row">{value.label || value.name}</th>
                        <td class={changed.has(value) ? 'trouble-words' : undefined}>{value.now || t.study.none}</td>
                        <td>{value.at_qualification || t.study.none}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Changes({ scanner, now }: { scanner: Scanner; now: number }) {
    const labelOf = (name: string) => scanner.watched.find((value) => value.name === name)?.label || name;
    const newest = [...scanner.changes].sort((a, b) => b.at - a.at);
    return (
        <details>
            <summary>{t.scanners.changes(newest.length)}</summary>
            <ul class="timeline">
                {newest.map((change, index) => (
                    <li key={index}>
                        <time dateTime={new Date(change.at).toISOString()}>{when(change.at, now)}</time>
                        <span>{labelOf(change.name)}: {t.scanners.change(change.before, change.now)}</span>
                    </li>
                ))}
            </ul>
        </details>
    );
}

function ScannerActions({ scanner, state, onDone }: ScannerProps) {
    const name = scanner.label || scanner.key;
    return (
        <div class="unfolds">
            <Unfold call="/scanners/{id}/qualify" button={t.qualify.open} label={t.qualify.openOf(name)}>
                {(close) => <QualifyForm scanner={scanner} state={state} onClose={close} onDone={onDone} />}
            </Unfold>
            {scanner.qualified !== false && (
                <Unfold call="/scanners/{id}/qualify" button={t.qualify.withdraw} label={t.qualify.withdrawOf(name)}>
                    {(close) => <WithdrawForm scanner={scanner} onClose={close} onDone={onDone} />}
                </Unfold>
            )}
            <Unfold call="/scanners/{id}/phantom" button={t.phantom.open} label={t.phantom.openOf(name)}>
                {(close) => <PhantomForm scanner={scanner} onClose={close} onDone={onDone} />}
            </Unfold>
        </div>
    );
}

function Remembered({ onDone }: { onDone: (note: string) => void }) {
    const { answer, again } = useReading('placements', api.readPlacements);
    const [who, setWho] = useState('');
    if (!answer) return null;
    const finish = () => {
        onDone(t.remembered.done);
        void again();
    };
    return (
        <section class="group remembered">
            <h2>{t.remembered.title}</h2>
            <p class="quiet">{answer.length > 0 ? t.remembered.lead : t.remembered.none}</p>
            {answer.length > 0 && may('/placements/{id}/forget') && <ByName onInput={setWho} />}
            {answer.length > 0 && (
                <ul class="rows">{answer.map((placement) => <PlacementRow key={placement.id} placement={placement} who={who} onDone={finish} />)}</ul>
            )}
        </section>
    );
}

function PlacementRow({ placement, who, onDone }: { placement: Placement; who: string; onDone: () => void }) {
    const now = useNow();
    const name = who.trim();
    const submit = useSubmit(async () => {
        await store.act(() => api.forget(placement.id, name));
        onDone();
    });
    const slot = placement.slot_label || placement.slot_id;
    return (
        <li class="row placement">
            <div>
                <p class="mono">{placement.key}</p>
                <p><strong>{slot ? t.remembered.is(slot) : t.remembered.nothing}</strong> <span class="quiet">{t.remembered.by(placement.who, when(placement.at, now))}</span></p>
            </div>
            {may('/placements/{id}/forget') && <form noValidate onSubmit={submit.onSubmit(() => [])}>
                <FormTrouble submit={submit} />
                <button type="submit" disabled={submit.busy} aria-label={t.remembered.forgetOf(placement.key)}>
                    {submit.busy ? t.form.working : t.remembered.forget}
                </button>
            </form>}
        </li>
    );
}
