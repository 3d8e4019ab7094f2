// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/figure.h"

#include <fmt/format.h>

namespace bulkhead::bench {
namespace {

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.10g}", *value) : "null";
}

template <typename T, typename Text>
std::string list(const std::vector<T>& items, Text text) {
  std::string all;
  for (const T& item : items) all += (all.empty() ? "" : ", ") + text(item);
  return "[" + all + "]";
}

}  // namespace

void Figure::mention(const std::string& what) {
  reason += (reason.empty() ? "" : "; ") + what;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + "\"";
}

TrialNote note_of(double asked, const TrialResult& result) {
  return {asked, result.offered_per_second(), result.offered, result.received};
}

std::string as_json(const Figure& f) {
  std::string text = fmt::format(
      "{{\"name\": {}, \"test\": {}, \"frame\": {}, \"value\": {}, \"unit\": {}, "
      "\"ratio\": {}, \"against\": {}, \"reason\": {}",
      quoted(f.name), quoted(f.test), quoted(f.size), number(f.value), quoted(f.unit),
      number(f.ratio), f.against.empty() ? "null" : quoted(f.against), quoted(f.reason));
  for (const auto& [key, value] : f.extra) text += fmt::format(", {}: {:.10g}", quoted(key), value);
  if (!f.samples.empty())
    text += ", \"samples\": " + list(f.samples, [](double s) { return fmt::format("{:.10g}", s); });
  if (!f.trials.empty())
    text += ", \"trials\": " + list(f.trials, [](const TrialNote& t) {
              return fmt::format(
                  "{{\"asked_per_s\": {:.1f}, \"offered_per_s\": {:.1f}, "
                  "\"offered\": {}, \"received\": {}}}",
                  t.asked, t.offered, t.frames, t.received);
            });
  if (!f.cdf.empty())
    text += ", \"cdf\": " + list(f.cdf, [](const auto& point) {
              return fmt::format("[{:.1f}, {:.10g}]", point.first, point.second);
            });
  return text + "}";
}

}  // namespace bulkhead::bench
