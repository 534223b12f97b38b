// Said on top of every page while the box cannot be reached.

import { clock } from './format';
import { Warn } from './icons';
import { store, type State } from './store';
import { t } from './texts';

export function LostTouch({ state }: { state: State }) {
    if (state.link !== 'lost') return null;
    const seconds = state.nextTry === null ? 0 : Math.max(0, Math.ceil((state.nextTry - Date.now()) / 1000));
    return (
        <section class="notice notice-trouble">
            <Warn />
            <div>
                <div role="alert">
                    <h2>{state.lastWord === null ? t.lost.titleNever : t.lost.title(clock(state.lastWord))}</h2>
                    <p>{t.lost.meaning} {t.lost.advice}</p>
                </div>
                <p class="actions">
                    <button type="button" onClick={() => store.retry()}>{t.lost.retry}</button>
                    <span class="quiet">{t.lost.next(seconds)}</span>
                </p>
            </div>
        </section>
    );
}
