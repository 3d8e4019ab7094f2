// SPDX-License-Identifier: Apache-2.0
// explain.
#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <sstream>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

std::string verdict_text(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_ALLOW:
      return paint(Colour::kGreen, "ALLOW");
    case v1::VERDICT_MONITOR:
      return paint(Colour::kYellow, "MONITOR");
    default:
      return paint(Colour::kRed, "DENY");
  }
}

// Texts may have several lines; hints are YAML to paste, so nothing stands before their lines but
// the same space.
void print_list(const std::string& title, const auto& texts) {
  if (texts.empty()) return;
  std::cout << "\n" << paint(Colour::kBold, title) << "\n";
  for (const std::string& text : texts) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) std::cout << "  " << line << "\n";
  }
}

void print(const v1::ExplainResponse& response) {
  if (response.has_event()) {
    const v1::Event& event = response.event();
    std::cout << event_line(event) << "\n\n";
    if (event.names_unresolved())
      std::cout << "The policy of generation " << event.generation() << " is not stored here.\n";
  }
  std::cout << response.summary() << "\n\n";
  std::cout << "verdict       " << verdict_text(response.verdict()) << " (" << response.why()
            << ")\n";
  if (!response.relationship().empty())
    std::cout << "decided by    " << response.relationship() << "\n";
  std::cout << "policy        generation " << response.generation() << "\n";
  if (response.has_event() && !response.event().technique().empty())
    std::cout << "technique     " << response.event().technique() << " "
              << response.event().technique_name() << " (MITRE ATT&CK for ICS)\n";
  if (response.current_generation() != 0)
    std::cout << "today         " << verdict_text(response.current_verdict()) << ", generation "
              << response.current_generation() << "\n";
  print_list("Considered", response.steps());
  print_list("What would allow it", response.would_allow());
}

std::optional<uint64_t> event_id(const std::vector<std::string>& words) {
  if (words.size() != 1) return std::nullopt;
  std::string_view text = words.front();
  if (text.starts_with('#')) text.remove_prefix(1);
  uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

}  // namespace

int run_explain(const Session& session, const ExplainArguments& arguments) {
  v1::ExplainRequest request;
  if (const auto id = event_id(arguments.words);
      id && arguments.from.empty() && arguments.to.empty()) {
    request.set_event_id(*id);
  } else if (!arguments.from.empty() && !arguments.to.empty() && !arguments.words.empty()) {
    request.mutable_access()->set_from(arguments.from);
    request.mutable_access()->set_to(arguments.to);
    for (const std::string& word : arguments.words) request.mutable_access()->add_words(word);
  } else {
    std::cerr << "bulkhead: explain needs an event id (explain 17), or --from, --to and an access "
                 "(explain --from hmi-3 --to plc-7 modbus write holding 10 = 5)\n";
    return kUsage;
  }
  const auto answer = ApiClient(session.place).explain(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::ExplainResponse>(answer);
  if (session.json) {
    print_json(response);
  } else {
    print(response);
  }
  return kOk;
}

}  // namespace bulkhead::cli
