import { useEffect, useRef, useState } from 'preact/hooks';

import { Refused } from './api';
import { language, onLanguage, type Language } from './language';
import { store, type State } from './store';

export function useStore(): State {
    const [state, setState] = useState(store.state);
    useEffect(() => {
        setState(store.state);
        return store.subscribe(() => setState(store.state));
    }, []);
    return state;
}

/** The language of the page; what uses it is drawn anew when it changes. */
export function useLanguage(): Language {
    const [current, setCurrent] = useState(language());
    useEffect(() => {
        setCurrent(language());
        return onLanguage(() => setCurrent(language()));
    }, []);
    return current;
}

/** The box's time, stepping every few seconds, for texts such as "4 min ago". */
export function useNow(stepMs = 5_000): number {
    const [now, setNow] = useState(() => store.now());
    useEffect(() => {
        const timer = setInterval(() => setNow(store.now()), stepMs);
        const unsubscribe = store.subscribe(() => setNow(store.now()));
        return () => {
            clearInterval(timer);
            unsubscribe();
        };
    }, [stepMs]);
    return now;
}

const kPauseMs = 3_000; // between two readings of one page, however busy the box is

export interface Reading<T> {
    answer: T | null;
    refusal: string; // the box's sentence when it would not answer
    again: () => Promise<void>;
}

/** What one page alone needs: asked when it opens (or `key` changes), and anew when the box may have news. */
export function useReading<T>(key: string, ask: () => Promise<T>): Reading<T> {
    const { round } = useStore();
    const [taken, setTaken] = useState<{ key: string; answer: T | null; refusal: string } | null>(null);
    const last = useRef({ key: '', at: 0, number: 0 });
    const again = async () => {
        const number = last.current.number + 1;
        last.current = { key, at: Date.now(), number };
        const take = (answer: T | null, refusal: string) => number === last.current.number && setTaken({ key, answer, refusal });
        await store.guard(async () => {
            try {
                take(await ask(), '');
            } catch (error) {
                if (error instanceof Refused) take(null, error.message);
                throw error;
            }
        });
    };
    useEffect(() => {
        const wait = last.current.key === key ? Math.max(0, last.current.at + kPauseMs - Date.now()) : 0;
        const timer = setTimeout(() => void again(), wait);
        return () => clearTimeout(timer);
    }, [key, round]);
    const mine = taken?.key === key ? taken : null;
    return { answer: mine?.answer ?? null, refusal: mine?.refusal ?? '', again };
}
