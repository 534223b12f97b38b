// A button that unfolds a form below it; when the form closes, the focus is on the button again.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

import { onEscape } from './forms';
import { may } from './may';

/** `call`: shown only to roles that may make it. */
export function Unfold(props: { button: string; label?: string; call?: string; children: (close: () => void) => ComponentChildren }) {
    const [open, setOpen] = useState(false);
    const button = useRef<HTMLButtonElement>(null);
    const body = useRef<HTMLDivElement>(null);
    // Before the next key can come: an effect after the paint let an early Escape leave the page.
    useLayoutEffect(() => {
        if (open) body.current?.querySelector<HTMLElement>('input, select, button')?.focus();
    }, [open]);
    const close = () => {
        setOpen(false);
        button.current?.focus();
    };
    if (props.call && !may(props.call)) return null;
    return (
        <div class="unfold" onKeyDown={open ? onEscape(close) : undefined}>
            <button ref={button} class="small" type="button" aria-expanded={open} aria-label={props.label} onClick={() => setOpen(!open)}>
                {props.button}
            </button>
            {open && <div ref={body} class="unfolded">{props.children(close)}</div>}
        </div>
    );
}
