// Under whose name something is done, and the signature where the pack asks for one.

import { useEffect, useState } from 'preact/hooks';

import { signNextWith } from './api';
import { Field } from './forms';
import { useStore } from './hooks';
import { t } from './texts';

interface Props {
    onInput: (name: string) => void;
    meaning?: string | undefined; // what is signed; none: no signature is asked for
}

/** Tells the form the name of who is signed in. With `meaning` it asks for the password again. */
export function ByName({ onInput, meaning }: Props) {
    const { who } = useStore();
    const name = who?.full_name ?? '';
    useEffect(() => onInput(name), [name]);
    return (
        <div class="field by-name">
            {meaning && <Sign meaning={meaning} codes={who?.codes ?? false} />}
            <p class="quiet">{t.person.recorded(name)}</p>
        </div>
    );
}

function Sign({ meaning, codes }: { meaning: string; codes: boolean }) {
    const [password, setPassword] = useState('');
    const [code, setCode] = useState('');
    useEffect(() => {
        signNextWith({ password, code });
        return () => signNextWith(null);
    }, [password, code]);
    return (
        <>
            <p class="consequence"><b>{t.person.signs}:</b> “{meaning}”</p>
            <Field label={t.person.signPassword}>
                {(id) => (
                    <input id={id} type="password" autoComplete="current-password" value={password}
                        onInput={(event) => setPassword(event.currentTarget.value)} />
                )}
            </Field>
            {codes && (
                <Field label={t.door.code} hint={t.door.codeHint}>
                    {(id, hintId) => (
                        <input id={id} type="text" inputMode="numeric" autoComplete="one-time-code" aria-describedby={hintId}
                            value={code} onInput={(event) => setCode(event.currentTarget.value.trim())} />
                    )}
                </Field>
            )}
        </>
    );
}

/** What the pack of a trial asks to be signed with a decision. */
export function useMeaning(trial: string, decision: string): string | undefined {
    return useStore().status?.trials.find((one) => one.id === trial)?.signatures?.[decision];
}
