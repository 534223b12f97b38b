import { useEffect, useRef, useState } from 'preact/hooks';

import { Refused } from './api';
import { Field, FormTrouble, useSubmit } from './forms';
import { store } from './store';
import { t } from './texts';

export function SignIn() {
    const [code, setCode] = useState('');
    const input = useRef<HTMLInputElement>(null);
    useEffect(() => input.current?.focus(), []);
    const submit = useSubmit(async () => {
        await store.signIn(code.trim());
    });
    const status = submit.error instanceof Refused ? submit.error.status : 0;
    const trouble = status === 401 ? t.signIn.wrong : status === 429 || status === 503 ? t.signIn.locked : null;
    return (
        <section class="narrow sign-in">
            <h1>{t.signIn.title}</h1>
            <p>{t.signIn.lead}</p>
            <form class="form" noValidate onSubmit={submit.onSubmit(() => (code.trim() ? [] : [t.signIn.needCode]))}>
                <Field label={t.signIn.code}>
                    {(id) => (
                        <input id={id} ref={input} type="password" autoComplete="current-password" value={code}
                            onInput={(event) => setCode(event.currentTarget.value)} />
                    )}
                </Field>
                {trouble ? <p class="trouble" role="alert">{trouble}</p> : <FormTrouble submit={submit} />}
                <p class="actions"><button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.signIn.submit}</button></p>
            </form>
        </section>
    );
}
