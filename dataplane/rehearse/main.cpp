// SPDX-License-Identifier: Apache-2.0
// bulkhead-rehearse: a capture through a draft policy, by the code that enforces. Asks nobody,
// changes nothing.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "base/file.h"
#include "crypto/gcm.h"
#include "learn/proposal.h"
#include "policy/yaml.h"
#include "rehearse/learner.h"
#include "rehearse/mend.h"
#include "rehearse/report.h"

namespace bulkhead::dataplane {
namespace {

enum Exit : int { kDone = 0, kRefused = 1, kUsage = 2 };

constexpr size_t kMaxPolicy = 64u << 20;

struct Options {
  std::string capture, policy, against;
  bool json = false, by_address = false, as_captured = false, strict = false;
  bool learn = false, values = false;
  std::string new_identities;  // GATEWAY:PORT
};

struct Run {
  const Options& options;
  Capture capture;
  std::unique_ptr<Rehearsal> draft, against;
  ConversationTable conversations;
  std::optional<Learner> learner;
};

int fail(const Error& error) {
  fmt::print(stderr, "{}\n", error.sentence);
  return kRefused;
}

// Errors name file, line and column of every finding.
Result<policy::Policy> load(const std::string& path) {
  Result<std::string> text = read_file(path, kMaxPolicy);
  if (!text.ok()) return std::move(text).error();
  policy::LoadedPolicy loaded = policy::load_yaml(*text, path);
  if (loaded.ok()) return std::move(loaded.policy);
  std::string all;
  for (const policy::Finding& finding : loaded.findings)
    if (finding.severity == policy::Finding::Severity::kError)
      all += (all.empty() ? "" : "\n") + to_string(finding);
  return Error{ErrorCode::kInvalid, all};
}

Result<std::unique_ptr<Rehearsal>> rehearsal_of(const std::string& path) {
  Result<policy::Policy> policy = load(path);
  if (!policy.ok()) return std::move(policy).error();
  return Rehearsal::make(std::move(*policy), SystemClock().now().wall_ns);
}

// The policy, if there is one, made ready to learn with.
Result<Lesson> lesson_of(const Options& options) {
  policy::Policy policy;
  if (!options.policy.empty()) {
    Result<policy::Policy> loaded = load(options.policy);
    if (!loaded.ok()) return std::move(loaded).error();
    policy = std::move(*loaded);
  }
  return Lesson::of(std::move(policy), options.capture, options.new_identities,
                    SystemClock().now().wall_ns);
}

struct Fates {
  Fate draft;
  std::optional<Fate> against;
};
Fates play(Run& run, std::span<const uint8_t> frame, int64_t wall_ns) {
  Fates fates{run.draft->play(frame, wall_ns), std::nullopt};
  if (run.learner) run.learner->take(fates.draft, run.draft->policy());
  if (run.against) fates.against = run.against->play(frame, wall_ns);
  return fates;
}

void begin(Run& run, const CapturedFrame& frame, const wire::Frame& parsed, bool from_initiator) {
  for (std::vector<uint8_t>& made : opening_of(frame.bytes, parsed, from_initiator)) {
    rebind(made, run.draft->policy());
    aim(made, Rehearsal::kMac);
    (void)play(run, made, frame.wall_ns);
  }
  run.draft->picked_up(parsed.ip);
  if (run.against) run.against->picked_up(parsed.ip);
}

void take(Run& run, CapturedFrame& frame, Report& report) {
  report.frame_read(frame);
  if (frame.cut) return report.not_judged("the capture holds only the beginning of the frame");
  if (run.options.by_address || frame.no_link) rebind(frame.bytes, run.draft->policy());
  if (!run.options.as_captured && mend_checksums(frame.bytes)) report.mended();
  aim(frame.bytes, Rehearsal::kMac);
  wire::Frame parsed;
  const bool is_ip = wire::parse_frame(frame.bytes, parsed).kind == wire::FaultKind::kNone &&
                     parsed.ip.ip_version != 0 && !parsed.ip.fragment;
  std::optional<Conversation> conversation;
  if (is_ip) {
    const auto found = run.conversations.look(parsed.ip, run.draft->policy(), frame.wall_ns);
    conversation = found.conversation;
    if (found.begun_before && !run.options.as_captured) {
      begin(run, frame, parsed, found.from_initiator);
      report.opening_made_up();
    }
  }
  const Fates fates = play(run, frame.bytes, frame.wall_ns);
  report.judged(conversation ? &*conversation : nullptr, frame.wall_ns, fates.draft,
                fates.against ? &*fates.against : nullptr);
}

void show_progress(const Run& run, uint64_t frames) {
  if (frames % 50'000 == 0 && isatty(STDERR_FILENO) != 0)
    fmt::print(stderr, "\r{} frames, {:.0f} %", frames, 100 * run.capture.done());
}

// The whole capture. What is wrong with it is returned; what came before counts.
std::optional<Error> play_all(Run& run, Report& report) {
  CapturedFrame frame;
  std::optional<Error> damaged;
  for (;;) {
    const Result<bool> more = run.capture.next(frame);
    if (!more.ok()) damaged = Error(more.error()).within(run.options.capture);
    if (damaged || !*more) break;
    take(run, frame, report);
    show_progress(run, frame.number);
  }
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\x1b[K");
  return damaged;
}

int learn(const Options& options) {
  Result<Capture> capture = Capture::open(options.capture);
  if (!capture.ok()) return fail(capture.error());
  Result<Lesson> lesson = lesson_of(options);
  if (!lesson.ok()) return fail(lesson.error());
  Run run{options, std::move(*capture), std::move(lesson->rehearsal), nullptr, {}, Learner{}};
  Report report(run.draft->policy(), options.policy, "");
  const std::optional<Error> damaged = play_all(run, report);
  const auto proposal = learn::propose(run.learner->evidence(), {options.capture, options.values});
  fmt::print("{}{}", proposal.yaml, yaml_of(lesson->added));
  fmt::print(stderr, "{} relationships and {} identities proposed\n", proposal.relationships,
             lesson->added.size());
  if (lesson->strangers > lesson->added.size())
    fmt::print(stderr,
               "{} addresses are no identity, and nothing is learnt of them: "
               "--new-identities GATEWAY:PORT proposes them too\n",
               lesson->strangers - lesson->added.size());
  return damaged ? fail(*damaged) : kDone;
}

int rehearse(const Options& options) {
  if (options.policy.empty())
    return fail({ErrorCode::kInvalid, "--policy: say which policy to rehearse"});
  Result<Capture> capture = Capture::open(options.capture);
  if (!capture.ok()) return fail(capture.error());
  Result<std::unique_ptr<Rehearsal>> draft = rehearsal_of(options.policy);
  if (!draft.ok()) return fail(draft.error());
  Run run{options, std::move(*capture), std::move(*draft), nullptr, {}, {}};
  if (!options.against.empty()) {
    Result<std::unique_ptr<Rehearsal>> against = rehearsal_of(options.against);
    if (!against.ok()) return fail(against.error());
    run.against = std::move(*against);
  }
  Report report(run.draft->policy(), options.policy, options.against);
  const std::optional<Error> damaged = play_all(run, report);
  report.operations_allowed(run.draft->operations_allowed());
  fmt::print("{}{}", options.json ? report.json() : report.text(), options.json ? "\n" : "");
  if (damaged) return fail(*damaged);
  const uint64_t found = run.against ? report.changed() : report.refused();
  return options.strict && found != 0 ? kRefused : kDone;
}

}  // namespace
}  // namespace bulkhead::dataplane

int main(int argc, char** argv) {
  using namespace bulkhead::dataplane;  // NOLINT
  Options options;
  CLI::App app{
      "Plays a capture (pcap, pcapng) through a draft policy by the code that enforces it, with\n"
      "the capture's times, and says what would pass, what would not and why, and how much of\n"
      "the plant the capture has seen. Asks no server and changes nothing."};
  app.add_option("CAPTURE", options.capture, "pcap or pcapng file")->required();
  app.add_option("--policy", options.policy, "The draft (YAML)");
  app.add_option("--against", options.against, "Another policy: say what would change");
  app.add_flag(
      "--by-address", options.by_address,
      "Taken beyond a router or on a span port without tags: MAC and VLAN of each frame are "
      "replaced by those of the binding of its source address");
  app.add_flag("--as-captured", options.as_captured,
               "Mend no checksums, make up no opening of TCP connections under way");
  app.add_flag("--strict", options.strict,
               "Exit status 1 when something is refused, or, with --against, changes");
  app.add_flag("--json", options.json, "One JSON object");
  auto* learn_flag =
      app.add_flag("--learn", options.learn,
                   "Instead, print the least relationships that allow what the policy does not");
  app.add_option("--new-identities", options.new_identities,
                 "GATEWAY:PORT: propose addresses that are no identity as identities there")
      ->needs(learn_flag);
  app.add_flag("--values", options.values, "Limit writes to the values seen")->needs(learn_flag);
  app.set_version_flag("--version", "bulkhead-rehearse " BULKHEAD_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  if (!init_gcm()) {
    fmt::print(stderr, "the cipher library does not support this processor\n");
    return kRefused;
  }
  return options.learn ? learn(options) : rehearse(options);
}
