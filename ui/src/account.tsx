// The own account; and the way to people and audit for who may see them.

import { useState } from 'preact/hooks';

import * as api from './api_people';
import { Line, SignOut } from './door';
import { FormTrouble, useSubmit } from './forms';
import { QrCode } from './qr';
import { accountAddress, auditAddress, peopleAddress, type Route } from './route';
import type { SessionWord } from './shapes_people';
import { store, type State } from './store';
import { t } from './texts';
import { Unfold } from './unfold';

const kPeopleRoles = ['site-it', 'auditor'];
const kAuditRoles = ['site-it', 'investigator', 'auditor'];

export function AccountNav({ state, page }: { state: State; page: Route['page'] }) {
    const role = state.who?.role ?? '';
    const link = (target: Route['page'], address: string, words: string) => (
        <a href={address} aria-current={page === target ? 'page' : undefined}>{words}</a>
    );
    if (!kAuditRoles.includes(role)) return null;  // there is nothing else to go to
    return (
        <nav class="account-nav" aria-label={t.account.pages}>
            {link('account', accountAddress, t.account.title)}
            {kPeopleRoles.includes(role) && link('people', peopleAddress, t.people.title)}
            {kAuditRoles.includes(role) && link('audit', auditAddress, t.audit.title)}
        </nav>
    );
}

export function AccountPage({ state }: { state: State }) {
    const [note, setNote] = useState('');
    const { who } = state;
    if (!who) return null;
    const done = async (words: string) => {
        setNote(words);
        await store.enter(await api.readSession());
    };
    return (
        <section class="narrow account-page">
            <AccountNav state={state} page="account" />
            <h1>{t.account.title}</h1>
            <p>{t.account.signedInAs(who.full_name ?? '', t.role[who.role ?? ''] ?? '')}</p>
            <p class="actions"><SignOut /></p>
            <p class={note ? 'notice notice-well' : 'unseen'} role="status">{note}</p>
            <section class="block"><h2>{t.account.password}</h2><Unfold button={t.account.password}>{(close) => <PasswordForm onDone={(words) => { close(); void done(words); }} />}</Unfold></section>
            <section class="block"><h2>{t.account.pin}</h2><p>{t.account.pinLead}</p><PinForm who={who} onDone={done} /></section>
            <section class="block"><h2>{t.account.codes}</h2><CodesForm who={who} onDone={done} /></section>
        </section>
    );
}

type Done = (words: string) => void | Promise<void>;

function PasswordForm({ onDone }: { onDone: Done }) {
    const [old, setOld] = useState('');
    const [fresh, setFresh] = useState('');
    const [again, setAgain] = useState('');
    const submit = useSubmit(async () => {
        await api.changePassword(old, fresh);
        await onDone(t.account.passwordDone);
    });
    const check = () => (!old || !fresh ? [t.door.needAll] : fresh === again ? [] : [t.door.differ]);
    return (
        <form class="form" noValidate onSubmit={submit.onSubmit(check)}>
            <Line label={t.door.old} value={old} onInput={setOld} secret complete="current-password" />
            <Line label={t.door.fresh} hint={t.door.freshHint} value={fresh} onInput={setFresh} secret complete="new-password" />
            <Line label={t.door.repeat} value={again} onInput={setAgain} secret complete="new-password" />
            <FormTrouble submit={submit} />
            <p class="actions"><button class="strong" type="submit" disabled={submit.busy}>{t.door.changeSubmit}</button></p>
        </form>
    );
}

function PinForm({ who, onDone }: { who: SessionWord; onDone: Done }) {
    const [password, setPassword] = useState('');
    const [pin, setPin] = useState('');
    const give = (next: string, words: string) => async () => {
        await api.setPin(password, next);
        setPassword('');
        setPin('');
        await onDone(words);
    };
    const set = useSubmit(give(pin, t.account.pinDone));
    const remove = useSubmit(give('', t.account.pinGone));
    return (
        <form class="form form-two" noValidate onSubmit={set.onSubmit(() => (password && pin ? [] : [t.door.needAll]))}>
            <Line label={t.door.pin} value={pin} onInput={setPin} secret complete="off" />
            <Line label={t.door.password} value={password} onInput={setPassword} secret complete="current-password" />
            <div class="form-end">
                <FormTrouble submit={set} />
                <FormTrouble submit={remove} />
                <p class="actions">
                    <button class="strong" type="submit" disabled={set.busy}>{t.account.pinSet}</button>
                    {who.pin && <button type="button" disabled={remove.busy} onClick={remove.onSubmit(() => (password ? [] : [t.door.needAll]))}>{t.account.pinRemove}</button>}
                </p>
            </div>
        </form>
    );
}

function CodesForm({ who, onDone }: { who: SessionWord; onDone: Done }) {
    const [address, setAddress] = useState('');
    const [password, setPassword] = useState('');
    const [code, setCode] = useState('');
    const begin = useSubmit(async () => setAddress(await api.startCodes()));
    const confirm = useSubmit(async () => {
        await api.confirmCodes(password, code.trim());
        setAddress('');
        setPassword('');
        setCode('');
        await onDone(t.account.codesDone);
    });
    const drop = useSubmit(async () => {
        await api.dropCodes(password);
        setPassword('');
        await onDone(t.account.codesGone);
    });
    if (who.codes) {
        return (
            <form class="form" noValidate onSubmit={drop.onSubmit(() => (password ? [] : [t.door.needAll]))}>
                <p>{t.account.codesOn}</p>
                <Line label={t.door.password} value={password} onInput={setPassword} secret complete="current-password" />
                <FormTrouble submit={drop} />
                <p class="actions"><button type="submit" disabled={drop.busy}>{t.account.codesDrop}</button></p>
            </form>
        );
    }
    if (!address) {
        return (
            <form class="form" noValidate onSubmit={begin.onSubmit(() => [])}>
                <p>{t.account.codesLead}</p>
                <FormTrouble submit={begin} />
                <p class="actions"><button type="submit" disabled={begin.busy}>{t.account.codesStart}</button></p>
            </form>
        );
    }
    return (
        <form class="form" noValidate onSubmit={confirm.onSubmit(() => (password && code.trim() ? [] : [t.door.needAll]))}>
            <p>{t.account.codesKey}</p>
            <QrCode text={address} label={t.account.codes} />
            <p class="mono one-time-key">{spaced(new URL(address).searchParams.get('secret') ?? '')}</p>
            <p><a href={address}>{t.account.codesLink}</a></p>
            <Line label={t.door.code} hint={t.door.codeHint} value={code} onInput={setCode} complete="one-time-code" />
            <Line label={t.door.password} value={password} onInput={setPassword} secret complete="current-password" />
            <FormTrouble submit={confirm} />
            <p class="actions"><button class="strong" type="submit" disabled={confirm.busy}>{t.account.codesConfirm}</button></p>
        </form>
    );
}

const spaced = (key: string) => key.replace(/(.{4})(?=.)/g, '$1 ');
