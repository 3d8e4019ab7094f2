// SPDX-License-Identifier: Apache-2.0
#include "policy/point_text.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "wire/apps/value_key.h"

namespace bulkhead::policy {
namespace {

using wire::PointWord;

constexpr size_t kMaxPointName = 512;

Error wrong(std::string sentence) {
  return {ErrorCode::kInvalid, std::move(sentence)};
}

// Plain decimal, no more than `max`.
Result<uint64_t> number(std::string_view text, uint64_t max) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool padded = text.size() > 1 && text.front() == '0';
  if (error != std::errc{} || end != text.data() + text.size() || padded)
    return wrong("'" + std::string(text) + "' is not a plain decimal number");
  if (value > max)
    return wrong("'" + std::string(text) + "' is not within 0-" + std::to_string(max));
  return value;
}

struct Numbers {
  uint64_t first = 0;
  uint64_t last = 0;
};

// "7", "0-199" or "0..199".
Result<Numbers> numbers(std::string_view text, uint64_t max) {
  size_t cut = text.find("..");
  const size_t width = cut == std::string_view::npos ? 1 : 2;
  if (cut == std::string_view::npos) cut = text.find('-');
  auto first = number(text.substr(0, cut), max);
  if (!first) return std::move(first).error();
  if (cut == std::string_view::npos) return Numbers{*first, *first};
  auto last = number(text.substr(cut + width), max);
  if (!last) return std::move(last).error();
  if (*first > *last) return wrong("'" + std::string(text) + "' ends before it begins");
  return Numbers{*first, *last};
}

// Numbers, of a container too where there are such; what else is a name.
bool numeric(const PointWord& word, std::string_view text) {
  const auto part = [&](char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '.' || (c == ':' && word.shift != 0);
  };
  return !text.empty() && std::ranges::all_of(text, part) && text.front() >= '0' &&
         text.front() <= '9';
}

uint64_t last_of(const PointWord& word, uint64_t number) {
  return number * word.scale + (word.scale - 1);
}

// All of the containers, or numbers within one.
Result<PointTerm> contained(const PointWord& word, std::string_view containers,
                            std::optional<std::string_view> within) {
  auto outer = numbers(containers, word.last_container);
  if (!outer) return std::move(outer).error();
  const uint64_t rest = (uint64_t{1} << word.shift) - 1;
  if (!within)
    return PointTerm(NumberRange{outer->first << word.shift, outer->last << word.shift | rest});
  if (outer->first != outer->last)
    return wrong("'" + std::string(containers) + "' must be one, for numbers within it are given");
  auto inner = numbers(*within, word.last);
  if (!inner) return std::move(inner).error();
  const uint64_t base = outer->first << word.shift;
  return PointTerm(
      NumberRange{base | inner->first * word.scale, base | last_of(word, inner->last)});
}

Result<PointTerm> named(const PointWord& word, std::string_view text,
                        std::optional<uint64_t> container) {
  if (!word.named) return wrong("'" + std::string(text) + "' is no number or range like \"0-199\"");
  if (text.empty()) return wrong("a name is missing");
  if (text.size() > kMaxPointName)
    return wrong("a name has at most " + std::to_string(kMaxPointName) + " bytes");
  NamePattern out{std::string(text), false, container};
  if (text.back() == '*') {
    out.prefix = true;
    out.text.pop_back();
  }
  if (out.text.find('*') != std::string::npos)
    return wrong("'*' may only end a name: it stands for whatever comes behind");
  return PointTerm(std::move(out));
}

// OPC UA Part 6 5.3.1.10: "ns=2;i=1001", "i=85", "ns=2;s=Motor.Speed".
Result<PointTerm> node(const PointWord& word, std::string_view text) {
  std::string_view space = "0";
  if (text.starts_with("ns=")) {
    const size_t end = text.find(';');
    if (end == std::string_view::npos) return wrong("behind 'ns=N' comes ';i=' or ';s='");
    space = text.substr(3, end - 3);
    text.remove_prefix(end + 1);
  }
  if (text.starts_with("i=")) return contained(word, space, text.substr(2));
  if (!text.starts_with("s=")) return wrong("a node is like 'ns=2;i=1001' or 'ns=2;s=Motor.Speed'");
  auto container = number(space, word.last_container);
  if (!container) return std::move(container).error();
  return named(word, text.substr(2), *container);
}

std::string joined(uint64_t first, uint64_t last) {
  const std::string text = std::to_string(first);
  return first == last ? text : text + '-' + std::to_string(last);
}

}  // namespace

Result<PointTerm> point_term(const PointWord& word, std::string_view text) {
  if (word.type == wire::PointType::kOpcuaNode) return node(word, text);
  const bool only_named = word.last == 0 && word.named;
  if (only_named || (word.named && !numeric(word, text))) return named(word, text, std::nullopt);
  if (word.shift == 0) {
    auto plain = numbers(text, word.last);
    if (!plain) return std::move(plain).error();
    return PointTerm(NumberRange{plain->first * word.scale, last_of(word, plain->last)});
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return contained(word, text, std::nullopt);
  return contained(word, text.substr(0, colon), text.substr(colon + 1));
}

std::string point_text(const PointWord& word, const NumberRange& range) {
  if (word.shift == 0) return joined(range.first / word.scale, range.last / word.scale);
  const uint64_t mask = (uint64_t{1} << word.shift) - 1;
  const uint64_t first = range.first >> word.shift, last = range.last >> word.shift;
  const bool whole = (range.first & mask) == 0 && (range.last & mask) == mask;
  const bool node = word.type == wire::PointType::kOpcuaNode;
  if (whole || first != last) return (node ? "ns=" : "") + joined(first, last);
  const std::string inner =
      joined((range.first & mask) / word.scale, (range.last & mask) / word.scale);
  return node ? "ns=" + std::to_string(first) + ";i=" + inner : std::to_string(first) + ':' + inner;
}

std::string point_text(const PointWord& word, const NamePattern& pattern) {
  const std::string name = pattern.text + (pattern.prefix ? "*" : "");
  if (word.type != wire::PointType::kOpcuaNode) return name;
  return "ns=" + std::to_string(pattern.container.value_or(0)) + ";s=" + name;
}

std::string point_text(const wire::PointRange& range) {
  const PointWord* word = wire::point_word_of(range.type);
  if (word == nullptr) return range.name.empty() ? joined(range.first, range.last) : name_of(range);
  if (!range.name.empty())
    return point_text(*word, NamePattern{name_of(range), false, range.first >> word->shift});
  return point_text(
      *word, NumberRange{wire::point_key(range, range.first), wire::point_key(range, range.last)});
}

std::string name_of(const wire::PointRange& range) {
  std::string out(range.scope);
  if (!out.empty()) out += '/';
  return out += range.name;
}

std::string value_text(wire::App app, uint64_t key) {
  if (app == wire::App::kModbus) return std::to_string(key);
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, wire::ordered_value(key));
  return error == std::errc{} ? std::string(text, end) : "?";
}

}  // namespace bulkhead::policy
