// What a sponsor's inbox says, once its signatures are good: whoever has a key may write nonsense.
#include <cstdint>
#include <cstdlib>
#include <set>

#include "gantry/uplink/enrolment.hpp"
#include "inbox/documents.hpp"

namespace {

using namespace gantry;
using namespace gantry::agent;

void mustHold(bool held) {
    if (!held) std::abort();
}

// A text that cannot be used is refused with a reason for people, and with nothing else.
template <class T>
bool usable(const Result<T>& result) {
    if (!result) mustHold(result.error().code == Errc::ConfigInvalid && !result.error().context.empty());
    return result.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto trial = readTrialDocument(text, "t"); usable(trial)) {
        mustHold(!trial->recipients.empty() && !trial->receipt_keys.empty() && !trial->outbox.empty());
        for (const auto& recipient : trial->recipients)
            mustHold(uplink::AgeRecipient::parse(recipient).has_value());
    }
    if (const auto settings = readSettings(text); usable(settings)) {
        mustHold(settings->poll_minutes.value_or(1) >= 1 && settings->poll_minutes.value_or(1) <= 1440);
        mustHold(settings->heartbeat_minutes.value_or(5) >= 5);
        if (settings->upload) (void)settings->upload->nextChange(1'795'000'000'000);
    }
    if (const auto roster = readRoster(text); usable(roster)) {
        std::set<std::string> subjects;
        for (const auto& one : *roster) {
            mustHold(!one.entry.subject_id.empty() && subjects.insert(one.entry.subject_id).second);
            (void)visitDue(one, "20261118");
        }
    }
    if (const auto query = readQuery(text); usable(query))
        mustHold(!query->query_id.empty() && !query->topic.empty());
    if (const auto refusal = readSponsorRefusal(text); usable(refusal)) mustHold(!refusal->object_id.empty());
    (void)uplink::enrolmentFileFromJson(text);
    (void)uplink::enrolmentAnswerFromJson(text);
    return 0;
}
