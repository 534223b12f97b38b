// What is shown when drawing a page failed: a sentence and a way out, instead of an empty screen.

import { Component, type ComponentChildren } from 'preact';

import { t } from './texts';

export class Mishap extends Component<{ children: ComponentChildren }, { failed: string | null }> {
    override state = { failed: null };

    static getDerivedStateFromError(error: unknown) {
        return { failed: error instanceof Error ? error.message : String(error) };
    }

    override render() {
        const { failed } = this.state;
        if (failed === null) return this.props.children;
        return (
            <section class="empty">
                <h1>{t.mishap.title}</h1>
                <p>{t.mishap.meaning}</p>
                <p><button class="strong" type="button" onClick={() => location.reload()}>{t.mishap.reload}</button></p>
                <details>
                    <summary>{t.study.technical}</summary>
                    <p class="mono">{failed}</p>
                </details>
            </section>
        );
    }
}
