// SPDX-License-Identifier: Apache-2.0
#include "match/rule_ports.h"

#include <charconv>
#include <optional>
#include <string>

#include "match/ranges.h"

namespace bulkhead::match {
namespace {

constexpr uint32_t kLastPort = 65535;

std::optional<uint32_t> port_of(std::string_view digits) {
  uint32_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && out <= kLastPort ? std::optional(out) : std::nullopt;
}

// "502", "1:1024", "1024:", ":1024".
std::optional<SignatureRange> range_of(std::string_view word) {
  const size_t colon = word.find(':');
  if (colon == std::string_view::npos) {
    const auto one = port_of(word);
    return one ? std::optional(SignatureRange{*one, *one}) : std::nullopt;
  }
  const std::string_view low = word.substr(0, colon), high = word.substr(colon + 1);
  if (low.empty() && high.empty()) return std::nullopt;
  const auto first = low.empty() ? std::optional(0u) : port_of(low);
  const auto last = high.empty() ? std::optional(kLastPort) : port_of(high);
  if (!first || !last || *first > *last) return std::nullopt;
  return SignatureRange{*first, *last};
}

bool no_port(RuleText& text, RuleText::Place place, std::string_view word) {
  const std::string quoted = "port '" + std::string(word) + "' ";
  if (word.starts_with('!'))
    return text.wrong(place, quoted + "is not supported: write the ports that are meant");
  if (word.starts_with('$'))
    return text.wrong(place, quoted + "is a variable, which has no value here: write the ports");
  return text.wrong(place, quoted +
                               "is neither any nor a port, a range like 1:1024, or a list "
                               "like [502,20000]");
}

bool add_range(RuleText& text, RuleText::Place place, std::string_view word,
               std::vector<SignatureRange>& out) {
  const auto range = range_of(word);
  if (!range) return no_port(text, place, word);
  if (out.size() == kMaxPortRanges)
    return text.wrong(place, "more than " + std::to_string(kMaxPortRanges) + " ports and ranges");
  out.push_back(*range);
  return true;
}

bool read_list(RuleText& text, std::vector<SignatureRange>& out) {
  do {
    text.take();  // [ or ,
    text.skip_blanks();
    const auto place = text.place();
    if (!add_range(text, place, text.word("(],"), out)) return false;
    text.skip_blanks();
  } while (text.peek() == ',');
  return text.expect(']', "behind the ports");
}

}  // namespace

bool read_address(RuleText& text) {
  text.skip_blanks();
  const auto place = text.place();
  const std::string word(text.word("("));
  const bool variable =
      word.size() > 1 && word.front() == '$' &&
      word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
                             1) == std::string::npos;
  if (word == "any" || variable) return true;
  const std::string quoted = "address '" + word + "' is not supported: ";
  if (word.starts_with('!'))
    return text.wrong(place, quoted +
                                 "who is not meant is said by the policy: write any, and bind "
                                 "the signature to relationships");
  return text.wrong(place, quoted +
                               "write any or a variable like $HOME_NET, which is any too, and "
                               "bind the signature to relationships in the policy");
}

bool read_ports(RuleText& text, std::vector<SignatureRange>& out) {
  text.skip_blanks();
  if (text.peek() == '[') {
    if (!read_list(text, out)) return false;
  } else {
    const auto place = text.place();
    const std::string_view word = text.word("(");
    if (word == "any") return true;
    if (!add_range(text, place, word, out)) return false;
  }
  coalesce(out);
  if (out.size() == 1 && out[0] == SignatureRange{0, kLastPort}) out.clear();
  return true;
}

}  // namespace bulkhead::match
