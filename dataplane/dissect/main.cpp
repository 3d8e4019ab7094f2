// SPDX-License-Identifier: Apache-2.0
// bulkhead-dissect: the operations in a capture, as the dataplane's parsers see them. Asks nobody,
// changes nothing.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>

#include "base/file.h"
#include "dissect/dissection.h"
#include "dissect/pdu_text.h"
#include "policy/yaml.h"

namespace bulkhead::dataplane {
namespace {

enum Exit : int { kDone = 0, kRefused = 1, kUsage = 2 };

struct Options {
  std::string capture, policy, gateway;
  std::vector<std::string> ports;
  bool json = false;
};

int fail(const Error& error) {
  fmt::print(stderr, "{}\n", error.sentence);
  return kRefused;
}

Result<std::unique_ptr<Verdicts>> verdicts_of(const Options& options) {
  if (options.policy.empty()) return std::unique_ptr<Verdicts>{};
  const Result<std::string> text = read_file(options.policy, policy::kMaxPolicyBytes);
  if (!text) return text.error();
  const policy::LoadedPolicy loaded = policy::load_yaml(*text, options.policy);
  std::string all;
  for (const policy::Finding& finding : loaded.findings)
    if (finding.severity == policy::Finding::Severity::kError)
      all += (all.empty() ? "" : "\n") + to_string(finding);
  if (!all.empty()) return Error{ErrorCode::kInvalid, all};
  return Verdicts::of(loaded.policy, options.gateway);
}

// The usual ports, and those of --port.
Result<std::vector<ProtocolRow>> protocols_of(const std::vector<std::string>& ports) {
  std::vector<ProtocolRow> rows = usual_protocols();
  for (const std::string& text : ports) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    unsigned port = 0;
    if (equals != std::string::npos)
      std::from_chars(text.data() + equals + 1, text.data() + text.size(), port);
    if (port == 0 || port > 65535)
      return Error{ErrorCode::kInvalid,
                   "--port " + text + ": write PROTOCOL=PORT, like modbus=5020"};
    bool known = false;
    for (ProtocolRow& row : rows) {
      if (row.name != name || row.transport == 0) continue;
      row.ports.push_back(static_cast<uint16_t>(port));
      known = true;
    }
    if (!known) return Error{ErrorCode::kInvalid, "--port " + text + ": no protocol of that name"};
  }
  return rows;
}

void show_progress(const Capture& capture, uint64_t frames) {
  if (frames % 50'000 == 0 && isatty(STDERR_FILENO) != 0 && isatty(STDOUT_FILENO) == 0)
    fmt::print(stderr, "\r{} frames, {:.0f} %", frames, 100 * capture.done());
}

void tell_passed_over(const Dissection::Passed& passed) {
  if (passed.cut != 0)
    fmt::print(stderr, "{} frames of which the capture holds only the beginning\n", passed.cut);
  if (passed.fragments != 0)
    fmt::print(stderr, "{} IP fragments without the rest\n", passed.fragments);
  if (passed.malformed != 0) fmt::print(stderr, "{} malformed frames\n", passed.malformed);
}

int dissect(const Options& options) {
  Result<Capture> capture = Capture::open(options.capture);
  if (!capture) return fail(capture.error());
  const auto verdicts = verdicts_of(options);
  if (!verdicts) return fail(verdicts.error());
  const Result<std::vector<ProtocolRow>> protocols = protocols_of(options.ports);
  if (!protocols) return fail(protocols.error());
  Dissection dissection(*protocols);
  const PduSink print = [&](const Pdu& pdu) {
    Verdict verdict;
    if (*verdicts) verdict = (*verdicts)->of(pdu);
    const Verdict* const asked = *verdicts ? &verdict : nullptr;
    fmt::print("{}\n", options.json ? json_line(pdu, asked) : text_line(pdu, asked));
  };
  CapturedFrame frame;
  for (;;) {
    const Result<bool> more = capture->next(frame);
    if (!more) return fail(Error(more.error()).within(options.capture));
    if (!*more) break;
    dissection.frame(frame, print);
    show_progress(*capture, frame.number);
  }
  tell_passed_over(dissection.passed_over());
  return kDone;
}

}  // namespace
}  // namespace bulkhead::dataplane

int main(int argc, char** argv) {
  using namespace bulkhead::dataplane;  // NOLINT
  Options options;
  CLI::App app{
      "Prints each OT operation of a capture (pcap, pcapng) on a line, as the parsers of the\n"
      "dataplane see it, in the frame that completes it. Asks no server and changes nothing."};
  app.add_option("CAPTURE", options.capture, "pcap or pcapng file")->required();
  app.add_flag("--json", options.json, "One JSON object a line (docs/dissect.md)");
  auto* policy = app.add_option("--policy", options.policy,
                                "Say of each request what this policy (YAML) would decide");
  app.add_option("--as", options.gateway, "Name of the gateway whose image decides")->needs(policy);
  app.add_option("--port", options.ports,
                 "PROTOCOL=PORT: a further port of servers, like modbus=5020")
      ->allow_extra_args(false);
  app.set_version_flag("--version", "bulkhead-dissect " BULKHEAD_VERSION);
  try {
    app.parse(argc, argv);
    if (!options.policy.empty() && options.gateway.empty())
      throw CLI::RequiredError("--as: the gateway whose image decides");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  return dissect(options);
}
