import { useEffect, useState } from 'preact/hooks';

import { store, type State } from './store';

export function useStore(): State {
    const [state, setState] = useState(store.state);
    useEffect(() => {
        setState(store.state);
        return store.subscribe(() => setState(store.state));
    }, []);
    return state;
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
