// Accounts, for site IT.

import { useState } from 'preact/hooks';

import { AccountNav } from './account';
import * as api from './api_people';
import { Line } from './door';
import { Field, FormTrouble, useSubmit } from './forms';
import { useReading } from './hooks';
import { may } from './may';
import { Loading } from './parts';
import { kRoles, type Person, type Role } from './shapes_people';
import type { State } from './store';
import { t } from './texts';
import { Unfold } from './unfold';

/** A password that is told to its person, this once. */
interface Given {
    name: string;
    password: string;
}

export function PeoplePage({ state }: { state: State }) {
    const { answer, refusal, again } = useReading('people', api.readPeople);
    const [given, setGiven] = useState<Given | null>(null);
    return (
        <section class="narrow account-page">
            <AccountNav state={state} page="people" />
            <h1>{t.people.title}</h1>
            <p class="quiet">{t.people.lead}</p>
            {given && (
                <div class="notice notice-well given" role="status">
                    <p><b>{t.people.given(given.name, given.password)}</b></p>
                    <p>{t.people.givenThen}</p>
                </div>
            )}
            {refusal && <p class="trouble" role="alert">{refusal}</p>}
            {!answer && !refusal && <Loading />}
            <ul class="people">
                {answer?.map((person) => <PersonLine key={person.id} person={person} onGiven={setGiven} onDone={again} />)}
            </ul>
            {may('/people') && (
                <Unfold button={t.people.add}>
                    {(close) => <AddForm onGiven={(word) => { setGiven(word); close(); void again(); }} />}
                </Unfold>
            )}
        </section>
    );
}

function PersonLine({ person, onGiven, onDone }: { person: Person; onGiven: (given: Given) => void; onDone: () => Promise<void> }) {
    const change = (work: () => Promise<unknown>) => useSubmit(async () => {
        await work();
        await onDone();
    });
    const left = change(() => api.setLeft(person.id, person.left_at === null));
    const reset = change(async () => onGiven({ name: person.name, password: await api.newPassword(person.id) }));
    const [wanted, setWanted] = useState(person.role);
    const setRole = change(() => api.setRole(person.id, wanted));
    const quiet = [person.must_change ? t.people.waits : '', person.codes ? t.people.codes : ''].filter(Boolean).join(', ');
    const gone = person.left_at !== null;
    return (
        <li class={gone ? 'card is-gone' : 'card'}>
            <p class="who"><strong>{person.full_name}</strong> <span class="mono">{person.name}</span>
                <span>{gone ? t.people.left : t.role[person.role]}</span>{quiet && <span class="quiet">{quiet}</span>}</p>
            {may('/people') && (
                <p class="actions">
                    {!gone && (
                        <select aria-label={t.people.roleOf(person.full_name)} value={wanted}
                            onChange={(event) => { setWanted(event.currentTarget.value as Role); }}>
                            {kRoles.map((one) => <option key={one} value={one}>{t.role[one]}</option>)}
                        </select>
                    )}
                    {!gone && wanted !== person.role && <button type="button" class="small strong" disabled={setRole.busy} onClick={setRole.onSubmit(() => [])}>{t.people.submitRole}</button>}
                    {!gone && <button type="button" class="small" disabled={reset.busy} aria-label={t.people.resetOf(person.full_name)} onClick={reset.onSubmit(() => [])}>{t.people.reset}</button>}
                    <button type="button" class="small" disabled={left.busy} aria-label={(gone ? t.people.backOf : t.people.leaveOf)(person.full_name)} onClick={left.onSubmit(() => [])}>
                        {gone ? t.people.back : t.people.leave}
                    </button>
                </p>
            )}
            {[left, reset, setRole].map((submit, index) => <FormTrouble key={index} submit={submit} />)}
        </li>
    );
}

function AddForm({ onGiven }: { onGiven: (given: Given) => void }) {
    const [name, setName] = useState('');
    const [fullName, setFullName] = useState('');
    const [role, setRole] = useState<Role>('technologist');
    const submit = useSubmit(async () => onGiven({ name: name.trim(), password: await api.addPerson(name, fullName, role) }));
    return (
        <form class="form form-three" noValidate onSubmit={submit.onSubmit(() => (name.trim() && fullName.trim() ? [] : [t.door.needAll]))}>
            <Line label={t.door.fullName} hint={t.door.fullNameHint} value={fullName} onInput={setFullName} />
            <Line label={t.door.name} value={name} onInput={setName} />
            <Field label={t.people.role}>
                {(id) => (
                    <select id={id} value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
                        {kRoles.map((one) => <option key={one} value={one}>{t.role[one]}</option>)}
                    </select>
                )}
            </Field>
            <div class="form-end">
                <FormTrouble submit={submit} />
                <p class="actions"><button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.people.submit}</button></p>
            </div>
        </form>
    );
}
