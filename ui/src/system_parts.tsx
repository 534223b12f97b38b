// What site IT looks for on the page System: nodes, certificates, the log, versions.

import { useState } from 'preact/hooks';

import * as api from './api_system';
import { ago, day } from './format';
import { FormTrouble, TextField, useSubmit } from './forms';
import { useNow } from './hooks';
import { may } from './may';
import { t } from './texts';

const kSoonDays = 20;
const kDayMs = 86_400_000;

export const endsSoon = (endsAt: number, now: number) => endsAt - now < kSoonDays * kDayMs;

export function certificateWords({ trial, ends_at }: api.SystemFacts['certificates'][number]): string {
    return trial ? t.machine.certificateOf(trial, day(ends_at)) : t.machine.certificate(day(ends_at));
}

export function Nodes({ nodes }: { nodes: api.SystemFacts['nodes'] }) {
    const now = useNow();
    return (
        <section class="block">
            <h2>{t.machine.nodes}</h2>
            {nodes.length === 0 && <p class="quiet">{t.machine.noNodes}</p>}
            {nodes.length > 0 && (
                <div class="table-scroll" tabIndex={0} role="region" aria-label={t.machine.nodes}>
                    <table class="visits">
                        <thead><tr><th scope="col">{t.machine.ae}</th><th scope="col">{t.machine.address}</th><th scope="col">{t.machine.last}</th><th scope="col">{t.machine.calls}</th></tr></thead>
                        <tbody>
                            {nodes.map((node) => (
                                <tr key={`${node.ae_title} ${node.address}`}>
                                    <td class="mono">{node.ae_title}</td><td class="mono">{node.address}</td><td>{ago(node.last_at, now)}</td>
                                    <td>{t.machine.called(node.associations, node.broken)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
            {may('/system/echo') && <Echo />}
        </section>
    );
}

function Echo() {
    const [ae, setAe] = useState('');
    const [host, setHost] = useState('');
    const [port, setPort] = useState('104');
    const [took, setTook] = useState<number | null>(null);
    const submit = useSubmit(async () => {
        setTook(null);
        setTook(await api.echo(ae.trim(), host.trim(), port.trim()));
    });
    const check = () => (ae.trim() && host.trim() && port.trim() ? [] : [t.door.needAll]);
    return (
        <form class="form form-three" noValidate onSubmit={submit.onSubmit(check)}>
            <h3 class="form-end">{t.machine.echo}</h3>
            <TextField label={t.machine.ae} value={ae} onInput={setAe} />
            <TextField label={t.machine.address} value={host} onInput={setHost} />
            <TextField label={t.machine.port} value={port} onInput={setPort} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                {took !== null && <p class="notice notice-well" role="status">{t.machine.answered(took)}</p>}
                <p class="actions"><button type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.machine.ask}</button></p>
            </div>
        </form>
    );
}

export function Log() {
    const [lines, setLines] = useState<string[] | null>(null);
    const [grave, setGrave] = useState(false);
    const open = (event: { currentTarget: HTMLDetailsElement }) => {
        if (event.currentTarget.open) void api.readLog().then(setLines);
    };
    const shown = (lines ?? []).filter((line) => !grave || / (warning|error) /.test(line));
    return (
        <details class="block" onToggle={open}>
            <summary>{t.machine.log}</summary>
            <p class="quiet">{t.machine.logLead}</p>
            <p class="actions">
                <label class="check"><input type="checkbox" checked={grave} onChange={(event) => setGrave(event.currentTarget.checked)} />{t.machine.grave}</label>
                <a class="button small" href={api.logAddress} download="gantryd.log">{t.machine.download}</a>
            </p>
            <pre class="log" tabIndex={0} role="region" aria-label={t.machine.log}>{shown.join('\n')}</pre>
        </details>
    );
}
