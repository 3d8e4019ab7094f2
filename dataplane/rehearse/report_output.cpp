// SPDX-License-Identifier: Apache-2.0
// A report's two forms.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "rehearse/report.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kMostNames = 20;  // of a list in text; JSON has them all

std::string time_text(int64_t wall_ns) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(static_cast<std::time_t>(wall_ns / 1'000'000'000)));
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

template <typename Items, typename Format>
std::string joined(const Items& items, Format&& format) {
  std::string all;
  for (const auto& item : items) all += (all.empty() ? "" : ",") + format(item);
  return all;
}

std::string object(const std::map<std::string, uint64_t>& counts) {
  return "{" +
         joined(counts,
                [](const auto& c) { return quoted(c.first) + ":" + std::to_string(c.second); }) +
         "}";
}
std::string array(const std::set<std::string>& names) {
  return "[" + joined(names, [](const std::string& name) { return quoted(name); }) + "]";
}

std::string first_names(const std::set<std::string>& names) {
  std::string all;
  size_t n = 0;
  for (const std::string& name : names) {
    if (n++ == kMostNames) return all + fmt::format(" and {} more", names.size() - kMostNames);
    all += (all.empty() ? "" : ", ") + name;
  }
  return all;
}

}  // namespace

std::string Report::text() const {
  std::string out = fmt::format("{} frames, {} to {}, {} days seen\n", frames_,
                                time_text(first_ns_), time_text(last_ns_), days_.size());
  out += fmt::format("{} would pass, {} would not; {} operations allowed\n", passed_, refused_,
                     operations_allowed_);
  for (const auto& [why, n] : not_judged_) out += fmt::format("{} not judged: {}\n", n, why);
  if (mended_ != 0)
    out +=
        fmt::format("{} had checksums still to be filled in by a network card; mended\n", mended_);
  if (openings_ != 0)
    out += fmt::format("{} TCP connections were under way already; their opening was made up\n",
                       openings_);
  out += "\n";
  for (const auto& [who, row] : rows_) {
    out += fmt::format("{} -> {}  {}: {} pass", who.from, who.to, who.service, row.passed);
    for (const auto& [reason, n] : row.refused) out += fmt::format(", {} {}", n, reason);
    out += "\n";
    for (const auto& [operation, n] : row.operations)
      out += fmt::format("    {} x {}\n", n, operation);
  }
  if (rows_left_out_ != 0) out += fmt::format("and {} frames of further pairs\n", rows_left_out_);
  if (!against_name_.empty()) {
    out += fmt::format("\n{} frames fare otherwise than under {}\n", changed_, against_name_);
    for (const auto& [change, n] : changes_) {
      const auto& [who, was, is] = change;
      out += fmt::format("  {} -> {}  {}: {} x {}, now {}\n", who.from, who.to, who.service, n, was,
                         is);
    }
  }
  out += fmt::format("\ncoverage of {}\n  {} of {} identities spoke", policy_name_, spoke_.size(),
                     bound_identities());
  if (const auto names = silent(); !names.empty()) out += "; silent: " + first_names(names);
  out += fmt::format("\n  {} of {} relationships were used", relationships_.size(),
                     policy_.relationships().size());
  if (const auto names = unused(); !names.empty()) out += "; unused: " + first_names(names);
  out += "\n";
  if (!strangers_.empty()) {
    std::set<std::string> names;
    for (const auto& [name, n] : strangers_) names.insert(name);
    out += fmt::format("  {} addresses are no identity: {}\n", names.size(), first_names(names));
  }
  return out;
}

std::string Report::json() const {
  const auto pair = [](const auto& item) {
    const auto& [who, row] = item;
    return fmt::format(
        R"({{"from":{},"to":{},"service":{},"passed":{},"refused":{},"operations":{}}})",
        quoted(who.from), quoted(who.to), quoted(who.service), row.passed, object(row.refused),
        object(row.operations));
  };
  const auto change = [](const auto& item) {
    const auto& [who, was, is] = item.first;
    return fmt::format(R"({{"from":{},"to":{},"service":{},"was":{},"is":{},"frames":{}}})",
                       quoted(who.from), quoted(who.to), quoted(who.service), quoted(was),
                       quoted(is), item.second);
  };
  std::string out = fmt::format(
      R"({{"policy":{},"frames":{},"first":{},"last":{},"days":{},"passed":{},"refused":{},)",
      quoted(policy_name_), frames_, quoted(time_text(first_ns_)), quoted(time_text(last_ns_)),
      days_.size(), passed_, refused_);
  out += fmt::format(R"("operations_allowed":{},"reasons":{},"not_judged":{},"mended":{},)",
                     operations_allowed_, object(reasons_), object(not_judged_), mended_);
  out += fmt::format(R"("openings_made_up":{},"frames_of_further_pairs":{},"pairs":[{}],)",
                     openings_, rows_left_out_, joined(rows_, pair));
  if (!against_name_.empty())
    out += fmt::format(R"("against":{},"changed":{},"changes":[{}],)", quoted(against_name_),
                       changed_, joined(changes_, change));
  out += fmt::format(R"("coverage":{{"identities":{},"spoke":{},"silent":{},"relationships":{},)",
                     bound_identities(), spoke_.size(), array(silent()),
                     policy_.relationships().size());
  out += fmt::format(R"("used":{},"unused":{},"strangers":{}}}}})", relationships_.size(),
                     array(unused()), object(strangers_));
  return out;
}

}  // namespace bulkhead::dataplane
