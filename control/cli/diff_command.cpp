// SPDX-License-Identifier: Apache-2.0
// diff, and the summary of it that apply prints.
#include <fmt/format.h>

#include <iostream>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

std::string line_of(const v1::DiffLine& line) {
  const std::string subject =
      line.from().empty() ? "" : fmt::format("{} -> {}  ", line.from(), line.to());
  switch (line.kind()) {
    case v1::DIFF_KIND_GAINED:
      return paint(Colour::kGreen, "+ " + subject + line.what());
    case v1::DIFF_KIND_LOST:
      return paint(Colour::kRed, "- " + subject + line.what());
    default:
      return paint(Colour::kYellow, "~ " + subject + line.what());
  }
}

}  // namespace

void print_diff(const v1::PolicyDiff& diff) {
  for (const v1::DiffLine& line : diff.lines()) std::cout << line_of(line) << "\n";
  const uint64_t all = diff.gained() + diff.lost() + diff.changed();
  if (all == 0) std::cout << "nothing is gained or lost\n";
  if (const auto shown = static_cast<uint64_t>(diff.lines_size()); all > shown)
    std::cout << fmt::format("and {} more: {} gained, {} lost, {} changed in all\n", all - shown,
                             diff.gained(), diff.lost(), diff.changed());
}

int run_diff(const Session& session, const DiffArguments& arguments) {
  v1::DiffRequest request;
  request.set_from_generation(arguments.from);
  request.set_to_generation(arguments.to);
  request.set_limit(arguments.limit);
  if (!arguments.file.empty()) {
    std::optional<std::string> text = read_policy(arguments.file);
    if (!text) return kRefused;
    request.set_policy_yaml(std::move(*text));
    request.set_file_name(place_name(arguments.file));
  }
  const auto answer = ApiClient(session.place).diff(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& response = std::get<v1::DiffResponse>(answer);
  if (session.json)
    print_json(response);
  else
    print_diff(response.diff());
  return kOk;
}

}  // namespace bulkhead::cli
