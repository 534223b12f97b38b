// What the forms share: fields with labels, one way to submit and to say what went wrong.

import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

import { Refused } from './api';
import { locale } from './language';
import { t } from './texts';

export function Field(props: { label: string; hint?: string; children: (id: string, hintId: string | undefined) => ComponentChildren }) {
    const id = useId();
    const hintId = props.hint ? `${id}-hint` : undefined;
    return (
        <div class="field">
            <label for={id}>{props.label}</label>
            {props.children(id, hintId)}
            {props.hint && <p class="hint" id={hintId}>{props.hint}</p>}
        </div>
    );
}

/** One of a few, as radio buttons side by side. */
export function Choices(props: {
    label: string; hint?: string; options: [string, string][]; value: string; onChange: (value: string) => void;
}) {
    const name = useId();
    return (
        <fieldset class="field choices">
            <legend>{props.label}</legend>
            <div class="choices-row">
                {props.options.map(([value, words]) => (
                    <label key={value} class="check">
                        <input type="radio" name={name} value={value} checked={props.value === value} onChange={() => props.onChange(value)} />
                        {words}
                    </label>
                ))}
            </div>
            {props.hint && <p class="hint">{props.hint}</p>}
        </fieldset>
    );
}

/** A day; `value` is a DICOM date (PS3.5 6.2), "20260131", or empty. */
export function DateField(props: { label: string; hint?: string; value: string; onInput: (value: string) => void }) {
    return (
        <Field label={props.label} {...(props.hint ? { hint: props.hint } : {})}>
            {(id, hintId) => (
                <input id={id} type="date" aria-describedby={hintId} value={props.value.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')}
                    onInput={(event) => props.onInput(event.currentTarget.value.replaceAll('-', ''))} />
            )}
        </Field>
    );
}

/** A line of text that is not a name of a person. */
export function TextField(props: { label: string; hint?: string; value: string; onInput: (value: string) => void }) {
    return (
        <Field label={props.label} {...(props.hint ? { hint: props.hint } : {})}>
            {(id, hintId) => (
                <input id={id} type="text" autoComplete="off" maxLength={250} aria-describedby={hintId} value={props.value}
                    onInput={(event) => props.onInput(event.currentTarget.value)} />
            )}
        </Field>
    );
}

/** Escape in a form that stands in the page must not leave the page and what was typed. */
export function onEscape(act: () => void) {
    return (event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        act();
    };
}

export interface Submit {
    busy: boolean;
    error: unknown;
    mistakes: string[];
    onSubmit: (check: () => string[]) => (event: Event) => void;
}

export function useSubmit(work: () => Promise<void>): Submit {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<unknown>(null);
    const [mistakes, setMistakes] = useState<string[]>([]);
    const run = async () => {
        setBusy(true);
        setError(null);
        try {
            await work();
        } catch (caught) {
            setError(caught);
        } finally {
            setBusy(false);
        }
    };
    const onSubmit = (check: () => string[]) => (event: Event) => {
        event.preventDefault();
        if (busy) return;
        const found = check();
        setMistakes(found);
        if (found.length === 0) void run();
    };
    return { busy, error, mistakes, onSubmit };
}

export function FormTrouble({ submit }: { submit: Submit }) {
    if (submit.mistakes.length > 0) return <p class="trouble" role="alert">{submit.mistakes.join(' ')}</p>;
    if (!submit.error) return null;
    if (!(submit.error instanceof Refused)) return <p class="trouble" role="alert">{t.form.lost}</p>;
    const { slug, status, detail } = submit.error;
    return (
        <div class="trouble" role="alert">
            <p>{wordsOf(submit.error)}</p>
            <details>
                <summary>{t.form.details}</summary>
                <p class="mono">{[slug, String(status), detail].filter(Boolean).join(' · ')}</p>
            </details>
        </div>
    );
}

/** Where the input or the moment was wrong, the detail says more than the sentence of the error's kind. */
function wordsOf({ slug, message, detail }: Refused): string {
    const about = ['conflict', 'invalid-argument', 'not-allowed', 'peer-busy', 'peer-refused', 'network-down'].includes(slug) && detail ? detail : message || t.form.failed;
    const sentence = about.charAt(0).toLocaleUpperCase(locale()) + about.slice(1);
    return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
