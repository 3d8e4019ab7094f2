// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mqtt/topics.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::mqtt {
namespace {

constexpr std::array<std::string_view, 9> kMessages = {
    "NBIRTH", "DBIRTH", "NDEATH", "DDEATH", "NDATA", "DDATA", "NCMD", "DCMD", "STATE"};

// The n-th part between slashes; empty when there is none.
std::string_view part(std::string_view topic, unsigned n) noexcept {
  for (; n != 0; --n) {
    const size_t slash = topic.find('/');
    if (slash == std::string_view::npos) return {};
    topic.remove_prefix(slash + 1);
  }
  return topic.substr(0, topic.find('/'));
}

bool is_sparkplug(std::string_view first) noexcept {
  return first == "spBv1.0" || first == "spAv1.0";
}

// `+` stands alone between slashes, `#` alone at the end.
bool wildcards_ok(std::string_view filter) noexcept {
  for (size_t i = 0; i < filter.size(); ++i) {
    if (filter[i] != '+' && filter[i] != '#') continue;
    if (i != 0 && filter[i - 1] != '/') return false;
    const bool last = i + 1 == filter.size();
    if (!last && (filter[i] == '#' || filter[i + 1] != '/')) return false;
  }
  return true;
}

}  // namespace

Sparkplug sparkplug_of(std::string_view topic) noexcept {
  if (!is_sparkplug(part(topic, 0))) return Sparkplug::kNone;
  if (part(topic, 1) == "STATE") return Sparkplug::kState;
  const auto* const found = std::ranges::find(kMessages, part(topic, 2));
  return found == kMessages.end() ? Sparkplug::kNone
                                  : static_cast<Sparkplug>(found - kMessages.begin() + 1);
}

bool topic_ok(std::string_view topic) noexcept {
  return !topic.empty() && topic.find_first_of("+#") == std::string_view::npos;
}

Filter filter_of(std::string_view text) noexcept {
  constexpr std::string_view kShare = "$share/";
  Filter out{{}, text};
  if (text.starts_with(kShare)) {
    out.group = part(text, 1);
    if (!topic_ok(out.group) || text.size() < kShare.size() + out.group.size() + 1) return {};
    out.filter = text.substr(kShare.size() + out.group.size() + 1);
  }
  return !out.filter.empty() && wildcards_ok(out.filter) ? out : Filter{};
}

bool finds_topics(std::string_view filter) noexcept {
  if (filter.ends_with('#')) return true;
  const std::string_view first = part(filter, 0), message = part(filter, 2);
  return (first == "+" || is_sparkplug(first)) &&
         (message == "+" || message == "NBIRTH" || message == "DBIRTH");
}

}  // namespace bulkhead::wire::mqtt
