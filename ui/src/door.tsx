// What stands before the page: setting up, signing in, the own password, unlocking.

import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import * as api from './api_people';
import { Field, FormTrouble, useSubmit, type Submit } from './forms';
import type { SessionWord } from './shapes_people';
import { store, type State } from './store';
import { t } from './texts';

export function Door({ state }: { state: State }) {
    if (state.session === 'set-up') return <SetUp />;
    if (state.session === 'new-password') return <NewPassword />;
    if (state.session === 'locked' && state.who) return <Locked who={state.who} />;
    return <SignIn />;
}

interface LineProps {
    label: string;
    hint?: string;
    value: string;
    onInput: (value: string) => void;
    secret?: boolean;
    complete?: 'off' | 'username' | 'name' | 'current-password' | 'new-password' | 'one-time-code';
    first?: RefObject<HTMLInputElement | null>;
}

export function Line({ label, hint, value, onInput, secret = false, complete = 'off', first }: LineProps) {
    return (
        <Field label={label} {...(hint ? { hint } : {})}>
            {(id, hintId) => {
                const common = {
                    'id': id, 'autoComplete': complete, 'autoCapitalize': 'none' as const, 'spellcheck': false, 'maxLength': 200,
                    'aria-describedby': hintId, value,
                    'onInput': (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
                    'ref': (element: HTMLInputElement | null) => { if (first) first.current = element; },
                };
                return secret ? <input type="password" {...common} /> : <input type="text" {...common} />;
            }}
        </Field>
    );
}

function useFirst() {
    const first = useRef<HTMLInputElement>(null);
    useEffect(() => first.current?.focus(), []);
    return first;
}

function DoorForm(props: { title: string; lead: string; submit: Submit; check: () => string[]; button: string; children: ComponentChildren; after?: ComponentChildren }) {
    const { submit } = props;
    return (
        <section class="narrow sign-in">
            <h1>{props.title}</h1>
            <p>{props.lead}</p>
            <form class="form" noValidate onSubmit={submit.onSubmit(props.check)}>
                {props.children}
                <FormTrouble submit={submit} />
                <p class="actions">
                    <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : props.button}</button>
                    {props.after}
                </p>
            </form>
        </section>
    );
}

function SignIn() {
    const [name, setName] = useState('');
    const [password, setPassword] = useState('');
    const [code, setCode] = useState('');
    const [codeNeeded, setCodeNeeded] = useState(false);
    const first = useFirst();
    const codeField = useRef<HTMLInputElement>(null);
    useEffect(() => codeField.current?.focus(), [codeNeeded]);
    const submit = useSubmit(async () => {
        const word = await api.signIn(name, password, code.trim());
        setCodeNeeded(word.state === 'code-needed');
        if (word.state !== 'code-needed') await store.enter(word);
    });
    const check = () => [
        name.trim() && password ? '' : t.door.needName,
        codeNeeded && !code.trim() ? t.door.needCode : '',
    ].filter(Boolean);
    return (
        <DoorForm title={t.door.signIn} lead={t.door.lead} submit={submit} check={check} button={t.door.submit}>
            <Line label={t.door.name} value={name} onInput={setName} complete="username" first={first} />
            <Line label={t.door.password} value={password} onInput={setPassword} secret complete="current-password" />
            {codeNeeded && <Line label={t.door.code} hint={t.door.codeHint} value={code} onInput={setCode} complete="one-time-code" first={codeField} />}
        </DoorForm>
    );
}

/** A new password, typed twice. */
function useFresh() {
    const [fresh, setFresh] = useState('');
    const [again, setAgain] = useState('');
    const fields = (
        <>
            <Line label={t.door.fresh} hint={t.door.freshHint} value={fresh} onInput={setFresh} secret complete="new-password" />
            <Line label={t.door.repeat} value={again} onInput={setAgain} secret complete="new-password" />
        </>
    );
    return { fresh, fields, mistake: () => (!fresh ? t.door.needAll : fresh === again ? '' : t.door.differ) };
}

function SetUp() {
    const [code, setCode] = useState('');
    const [name, setName] = useState('');
    const [fullName, setFullName] = useState('');
    const password = useFresh();
    const first = useFirst();
    const submit = useSubmit(async () => store.enter(await api.setUp(code, name, fullName, password.fresh)));
    const check = () => [code.trim() && name.trim() && fullName.trim() ? password.mistake() : t.door.needAll].filter(Boolean);
    return (
        <DoorForm title={t.door.setUp} lead={t.door.setUpLead} submit={submit} check={check} button={t.door.setUpSubmit}>
            <Line label={t.door.setUpCode} hint={t.door.setUpCodeHint} value={code} onInput={setCode} first={first} />
            <Line label={t.door.fullName} hint={t.door.fullNameHint} value={fullName} onInput={setFullName} complete="name" />
            <Line label={t.door.name} value={name} onInput={setName} complete="username" />
            {password.fields}
        </DoorForm>
    );
}

function NewPassword() {
    const [old, setOld] = useState('');
    const password = useFresh();
    const first = useFirst();
    const submit = useSubmit(async () => {
        await api.changePassword(old, password.fresh);
        await store.enter(await api.readSession());
    });
    return (
        <DoorForm title={t.door.change} lead={t.door.changeLead} submit={submit} button={t.door.changeSubmit}
            check={() => [old ? password.mistake() : t.door.needAll].filter(Boolean)} after={<SignOut />}>
            <Line label={t.door.old} value={old} onInput={setOld} secret complete="current-password" first={first} />
            {password.fields}
        </DoorForm>
    );
}

function Locked({ who }: { who: SessionWord }) {
    const [secret, setSecret] = useState('');
    const first = useFirst();
    const submit = useSubmit(async () => {
        try {
            await api.unlock(secret);
        } finally {
            await store.enter(await api.readSession());
        }
    });
    const waiting = who.waiting ?? { scan_again: 0, needs_you: 0 };
    return (
        <>
            <div class="locked-board" role="status">
                {waiting.scan_again > 0 && <p class="outcome is-scan_again">{t.door.scanAgain(waiting.scan_again)}</p>}
                {waiting.needs_you > 0 && <p class="outcome is-needs_you">{t.door.needsYou(waiting.needs_you)}</p>}
                {waiting.scan_again + waiting.needs_you === 0 && <p class="quiet">{t.door.nothingWaits}</p>}
            </div>
            <DoorForm title={t.door.locked} lead={t.door.lockedFor(who.full_name ?? '')} submit={submit} button={t.door.unlock}
                check={() => (secret ? [] : [t.door.needSecret])} after={<SignOut words={t.door.notMe} />}>
                <Line label={who.pin ? t.door.pin : t.door.password} value={secret} onInput={setSecret} secret complete="off" first={first} />
            </DoorForm>
        </>
    );
}

export function SignOut({ words = t.person.signOut }: { words?: string }) {
    return <button type="button" onClick={() => void store.guard(async () => store.enter(await api.signOut()))}>{words}</button>;
}
