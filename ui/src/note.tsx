// What came of an action in the page: said once, with the focus on it, because the form that did it is gone.

import { useEffect, useRef, useState } from 'preact/hooks';

export function useNote() {
    const [note, setNote] = useState({ text: '' });
    const place = useRef<HTMLParagraphElement>(null);
    useEffect(() => {
        if (note.text) place.current?.focus();
    }, [note]);
    const element = <p ref={place} class={note.text ? 'notice notice-well' : 'unseen'} role="status" tabIndex={-1}>{note.text}</p>;
    return { say: (text: string) => setNote({ text }), element };
}
