// Small parts that several pages use.

import { useRef, useState } from 'preact/hooks';

import { t } from './texts';

export function Loading() {
    return (
        <div class="loading" role="status">
            <p>{t.loading}</p>
            <progress aria-label={t.loading} />
        </div>
    );
}

/** A value of the technical kind with a button that copies it. */
export function Copyable({ label, value }: { label: string; value: string }) {
    const text = useRef<HTMLElement>(null);
    const [note, setNote] = useState('');
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(value);
            setNote(t.study.copied);
        } catch {
            // Without a secure context there is no clipboard: the text is selected for Ctrl+C.
            if (text.current) getSelection()?.selectAllChildren(text.current);
            setNote(t.study.copyByHand);
        }
        setTimeout(() => setNote(''), 4000);
    };
    if (!value) return <>{t.study.none}</>;
    return (
        <span class="copyable">
            <code ref={text}>{value}</code>
            <button class="small" type="button" aria-label={t.study.copyOf(label)} onClick={() => void copy()}>{t.study.copy}</button>
            <span role="status" class="quiet">{note}</span>
        </span>
    );
}

export function Facts({ rows }: { rows: [string, string][] }) {
    return (
        <dl class="facts">
            {rows.filter(([, value]) => value).map(([label, value]) => (
                <div key={label}><dt>{label}</dt><dd>{value}</dd></div>
            ))}
        </dl>
    );
}
