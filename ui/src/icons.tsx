// Signs beside the words; never alone, so all are hidden from screen readers.

import type { ComponentChildren } from 'preact';

import type { Card } from './api';

function Sign(props: { children: ComponentChildren; class?: string }) {
    return (
        <svg class={props.class ?? 'sign'} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
            {props.children}
        </svg>
    );
}

const kPaths: Record<Card, ComponentChildren> = {
    may_leave: <path d="M4.5 12.8 9.6 18 19.5 7" />,
    scan_again: <path d="M9 4.5 4 9.5l5 5M4.5 9.5H14a5.5 5.5 0 0 1 0 11h-3" />,
    needs_you: (
        <path d="M8 13V6.2a1.5 1.5 0 0 1 3 0V11 4.7a1.5 1.5 0 0 1 3 0V11 6.2a1.5 1.5 0 0 1 3 0V15c0 4-2.2 6.3-5.6 6.3-2.9 0-4.3-1.5-5.7-3.9l-1.9-3.5a1.4 1.4 0 0 1 2.3-1.5L8 14.5"
            stroke-width="2" />
    ),
    not_judged: <path d="M8.2 8.6a3.9 3.9 0 1 1 5.6 3.5c-1.2.7-1.8 1.4-1.8 2.7M12 19.3v.1" />,
    phantom: <path d="M5 7c0-4 14-4 14 0v10c0 4-14 4-14 0V7ZM5 7c0 4 14 4 14 0" />,
    arriving: <path d="M12 4v10M7.5 10 12 14.5l4.5-4.5M4.5 19.5h15" />,
};

export function OutcomeSign(props: { card: Card }) {
    return <span class="badge"><Sign>{kPaths[props.card]}</Sign></span>;
}

export const Tick = () => <Sign><path d="M4.5 12.8 9.6 18 19.5 7" /></Sign>;
export const Cross = () => <Sign><path d="M6 6l12 12M18 6 6 18" /></Sign>;
export const Question = () => <Sign>{kPaths.not_judged}</Sign>;
export const Back = () => <Sign><path d="M14.5 5 7.5 12l7 7" /></Sign>;
export const Warn = () => <Sign><path d="M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17.2v.1" /></Sign>;
export const Note = () => <Sign><path d="M12 8v5M12 16.5v.1M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z" /></Sign>;
export const Dash = () => <Sign><path d="M6 12h12" /></Sign>;
