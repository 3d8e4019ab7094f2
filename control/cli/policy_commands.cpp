// SPDX-License-Identifier: Apache-2.0
// apply, validate, get, history.
#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/trial_window.h"
#include "image/compile.h"
#include "policy/yaml.h"

namespace bulkhead::cli {

namespace {

std::string confirmation_of(const v1::Version& version) {
  switch (version.confirmation()) {
    case v1::CONFIRMATION_PENDING:
      return version.current() ? ", " + paint(Colour::kYellow, "on trial") : "";
    case v1::CONFIRMATION_CONFIRMED:
      return ", confirmed";
    case v1::CONFIRMATION_ROLLED_BACK:
      return ", rolled back";
    case v1::CONFIRMATION_SUPERSEDED:
      return ", superseded";
    default:
      return "";
  }
}

std::string state_of(const v1::Version& version) {
  switch (version.state()) {
    case v1::VERSION_STATE_PENDING:
      return "pending";
    case v1::VERSION_STATE_OBEYED:
      return version.current() ? paint(Colour::kGreen, "in force") : "replaced";
    case v1::VERSION_STATE_STORED:
      return version.current() ? paint(Colour::kYellow, "stored, not yet in force") : "replaced";
    case v1::VERSION_STATE_REFUSED:
      return paint(Colour::kRed, "refused");
    default:
      return "?";
  }
}

std::string applied_at(const v1::Version& version) {
  return local_time(version.applied().seconds(), version.applied().nanos(), TimeStyle::kDate);
}

// The findings as the API says them, so that --json is the same with and without a server.
v1::ValidateResponse validate_here(const std::string& text, const std::string& file) {
  policy::LoadedPolicy loaded = policy::load_yaml(text, file);
  if (loaded.ok()) {
    const auto image = image::compile(loaded.policy, {"validate", 1, 0});
    if (!image)
      loaded.findings.push_back(
          {policy::Finding::Severity::kError, {file, 0, 0}, "image", image.error().sentence});
  }
  v1::ValidateResponse response;
  response.set_valid(loaded.ok());
  for (const policy::Finding& finding : loaded.findings) {
    const bool is_error = finding.severity == policy::Finding::Severity::kError;
    v1::ErrorDetail& detail = *response.add_findings();
    detail.set_code(v1::ERROR_CODE_INVALID);
    detail.set_severity(is_error ? v1::SEVERITY_ERROR : v1::SEVERITY_WARNING);
    detail.set_object(finding.object);
    detail.set_file(finding.place.file);
    detail.set_line(static_cast<uint32_t>(std::max(finding.place.line, 0)));
    detail.set_column(static_cast<uint32_t>(std::max(finding.place.column, 0)));
    detail.set_sentence(finding.sentence);
  }
  return response;
}

}  // namespace

std::optional<std::string> read_policy(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  Result<std::string> text = read_file(file, policy::kMaxPolicyBytes);
  if (text) return std::move(*text);
  std::cerr << "bulkhead: " << text.error().sentence << "\n";
  return std::nullopt;
}

std::string place_name(const std::string& file) {
  return file == "-" ? "standard input" : file;
}

void print_applied(const v1::ApplyResponse& response) {
  for (const v1::ErrorDetail& warning : response.warnings()) std::cerr << to_line(warning) << "\n";
  if (response.has_diff()) print_diff(response.diff());
  if (response.delivery() == v1::DELIVERY_PROPOSED) {
    std::cout << fmt::format("{} as {}: nothing changed yet; another person: bulkhead approve {}\n",
                             paint(Colour::kYellow, "proposed"), response.proposal(),
                             response.proposal());
    return;
  }
  if (response.delivery() == v1::DELIVERY_STORED) {
    std::cout << fmt::format(
        "{} generation {}: stored, dataplane not connected; it is installed at its next "
        "connection\n",
        paint(Colour::kYellow, "stored"), response.generation());
    if (response.has_trial()) std::cout << trial_text(response.trial()) << "\n";
    return;
  }
  std::cout << fmt::format(
      "{} generation {}: every worker obeys, {} after publication (compiled in {}, verified in {}, "
      "{} "
      "bytes)\n",
      paint(Colour::kGreen, "in force"), response.generation(), duration(response.publish_ns()),
      duration(response.compile_ns()), duration(response.verify_ns()),
      count(response.image_bytes()));
  if (response.has_trial()) std::cout << trial_text(response.trial()) << "\n";
}

int run_apply(const Session& session, const ApplyArguments& arguments) {
  std::optional<std::string> text = read_policy(arguments.file);
  if (!text) return kRefused;
  v1::ApplyRequest request;
  request.set_policy_yaml(std::move(*text));
  request.set_file_name(place_name(arguments.file));
  request.set_comment(arguments.comment);
  const auto window = trial_window(arguments.confirm);
  if (!window) return kUsage;
  request.set_confirm_within_s(*window);
  if (arguments.expected_generation)
    request.set_expected_generation(*arguments.expected_generation);
  const auto answer = ApiClient(session.place).apply(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::ApplyResponse>(answer);
  if (session.json) {
    print_json(response);
  } else {
    print_applied(response);
  }
  return kOk;
}

int run_validate(const Session& session, const std::string& file) {
  const std::optional<std::string> text = read_policy(file);
  if (!text) return kRefused;
  const v1::ValidateResponse response = validate_here(*text, place_name(file));
  if (session.json) {
    print_json(response);
    return response.valid() ? kOk : kRefused;
  }
  for (const v1::ErrorDetail& finding : response.findings()) std::cerr << to_line(finding) << "\n";
  if (response.valid()) std::cout << place_name(file) << ": valid\n";
  return response.valid() ? kOk : kRefused;
}

int run_schema() {
  std::cout << kPolicySchema;
  return kOk;
}

int run_get(const Session& session, uint64_t generation) {
  v1::GetRequest request;
  request.set_generation(generation);
  const auto answer = ApiClient(session.place).get(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::GetResponse>(answer);
  if (session.json) {
    print_json(response);
    return kOk;
  }
  const v1::Version& version = response.version();
  std::cerr << fmt::format("# generation {}, {}, by {} at {}{}\n", version.generation(),
                           state_of(version) + confirmation_of(version), version.author(),
                           applied_at(version),
                           version.comment().empty() ? "" : ": " + version.comment());
  std::cout << response.policy_yaml();
  return kOk;
}

int run_history(const Session& session, uint32_t limit) {
  v1::HistoryRequest request;
  request.set_limit(limit);
  const auto answer = ApiClient(session.place).history(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::HistoryResponse>(answer);
  if (session.json) {
    print_json(response);
    return kOk;
  }
  if (response.versions().empty()) std::cout << "no policy was applied yet: everything is denied\n";
  if (response.versions().empty()) return kOk;
  Table table({{"GENERATION", Table::Align::kRight},
               {"STATE"},
               {"APPLIED"},
               {"AUTHOR"},
               {"DIGEST"},
               {"COMMENT"}});
  for (const v1::Version& version : response.versions())
    table.add({std::to_string(version.generation()), state_of(version) + confirmation_of(version),
               applied_at(version), version.author(), hex(version.digest(), 6),
               version.refusal().empty() ? version.comment() : version.refusal()});
  std::cout << table.text();
  return kOk;
}

}  // namespace bulkhead::cli
