// SPDX-License-Identifier: Apache-2.0
#include "match/rule_keywords.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "match/operation_term.h"
#include "match/rule_value.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::match {
namespace {

struct Context {
  const RuleOption& option;
  RuleText& text;
  RuleDraft& draft;

  bool wrong(std::string sentence) const { return text.wrong(option.place, std::move(sentence)); }
  [[nodiscard]] std::string name() const { return std::string(option.name); }
};

bool number(const Context& c, uint32_t min, uint32_t max, uint32_t& out) {
  const std::string_view value = c.option.value;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (error == std::errc() && end == value.data() + value.size() && out >= min && out <= max)
    return true;
  return c.text.wrong(c.option.value_place, c.name() + " must be a number from " +
                                                std::to_string(min) + " to " + std::to_string(max));
}

bool take_message(const Context& c) {
  auto message = unquoted(c.option.value);
  if (!message || message->empty() || message->size() > kMaxMessageBytes)
    return c.wrong("msg must be a text in quotes of 1 to " + std::to_string(kMaxMessageBytes) +
                   " bytes");
  const bool plain = std::ranges::all_of(*message, [](char b) { return b >= ' ' && b <= '~'; });
  if (!plain) return c.wrong("msg must be printable ASCII");
  c.draft.signature.message = std::move(*message);
  return true;
}

bool take_sid(const Context& c) {
  c.draft.has_sid = true;
  return number(c, 1, UINT32_MAX, c.draft.signature.sid);
}
bool take_rev(const Context& c) {
  return number(c, 0, UINT32_MAX, c.draft.signature.rev);
}
bool take_classtype(const Context& c) {
  c.draft.signature.classtype = c.option.value.substr(0, kMaxMessageBytes);
  return true;
}
bool take_reference(const Context& c) {
  auto& references = c.draft.signature.references;
  if (references.size() == kMaxPartsPerSignature) return c.wrong("too many references");
  references.emplace_back(c.option.value.substr(0, kMaxMessageBytes));
  return true;
}
bool ignore(const Context&) {
  return true;
}

bool add_part(const Context& c, Part part) {
  auto& parts = c.draft.signature.parts;
  if (parts.size() == kMaxPartsPerSignature)
    return c.wrong("more than " + std::to_string(kMaxPartsPerSignature) + " contents and pcres");
  part.line = c.option.place.line;
  part.column = c.option.place.column;
  parts.push_back(std::move(part));
  return true;
}

bool take_content(const Context& c) {
  if (c.option.value.starts_with('!'))
    return c.wrong(
        "a negated content is not supported: that something is absent cannot be known "
        "of a stream that goes on");
  auto bytes = content_bytes(c.option.value);
  if (!bytes) return c.text.wrong(c.option.value_place, bytes.error().sentence);
  Part part;
  part.text = std::move(*bytes);
  return add_part(c, std::move(part));
}

bool take_pcre(const Context& c) {
  if (c.option.value.starts_with('!')) return c.wrong("a negated pcre is not supported");
  auto part = pcre_part(c.option.value);
  if (!part) return c.text.wrong(c.option.value_place, part.error().sentence);
  if (part->place == Part::Place::kRelative && c.draft.signature.parts.empty())
    return c.wrong("R: there is no content or pcre before this one to be relative to");
  return add_part(c, std::move(*part));
}

// The content that a modifier is about; nullptr, and a problem.
Part* modified(const Context& c) {
  auto& parts = c.draft.signature.parts;
  if (!parts.empty() && !parts.back().pcre) return &parts.back();
  c.wrong(c.name() + " must follow a content");
  return nullptr;
}

bool take_nocase(const Context& c) {
  Part* part = modified(c);
  if (part != nullptr) part->nocase = true;
  return part != nullptr;
}

bool place_part(const Context& c, Part::Place place, Part*& part) {
  part = modified(c);
  if (part == nullptr) return false;
  if (part->place != Part::Place::kFree && part->place != place)
    return c.wrong(c.name() +
                   ": offset and depth count from the beginning, distance and within "
                   "from the part before; a content has either");
  if (place == Part::Place::kRelative && c.draft.signature.parts.size() == 1)
    return c.wrong(c.name() + ": there is no content or pcre before this one to be relative to");
  part->place = place;
  return true;
}

bool take_first(const Context& c, Part::Place place) {
  Part* part = nullptr;
  if (!place_part(c, place, part)) return false;
  if (c.option.value.starts_with('-'))
    return c.wrong("a negative " + c.name() + " is not supported");
  return number(c, 0, kMaxDistance, part->first);
}

bool take_room(const Context& c, Part::Place place) {
  Part* part = nullptr;
  if (!place_part(c, place, part)) return false;
  uint32_t room = 0;
  if (!number(c, 1, kMaxDistance, room)) return false;
  if (room < part->text.size())
    return c.wrong(c.name() + " is less than the content's " + std::to_string(part->text.size()) +
                   " bytes: it could never match");
  part->room = room;
  return true;
}

bool take_offset(const Context& c) {
  return take_first(c, Part::Place::kAbsolute);
}
bool take_depth(const Context& c) {
  return take_room(c, Part::Place::kAbsolute);
}
bool take_distance(const Context& c) {
  return take_first(c, Part::Place::kRelative);
}
bool take_within(const Context& c) {
  return take_room(c, Part::Place::kRelative);
}

bool turn(const Context& c, Toward toward) {
  Toward& now = c.draft.signature.toward;
  if (now != Toward::kEither && now != toward)
    return c.wrong("flow: to the server and to the client at once");
  now = toward;
  return true;
}

bool take_flow(const Context& c) {
  std::string_view rest = c.option.value;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    std::string_view word = rest.substr(0, comma);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    bool known = word == "established";  // a gateway passes no payload of another
    if (word == "to_server" || word == "from_client") known = turn(c, Toward::kServer);
    if (word == "to_client" || word == "from_server") known = turn(c, Toward::kClient);
    if (!known)
      return c.wrong("flow: '" + std::string(word) +
                     "' is not supported: to_server, from_client, to_client, from_server, "
                     "established");
  }
  return true;
}

bool take_operation(const Context& c) {
  if (c.draft.signature.operation) return c.wrong("a rule has one operation");
  auto term = operation_term(c.option.value);
  if (!term) return c.text.wrong(c.option.value_place, term.error().sentence);
  c.draft.signature.operation = std::move(*term);
  return true;
}

struct Keyword {
  std::string_view name;
  bool (*take)(const Context&);
  bool has_value;
};
constexpr std::array kKeywords = {
    Keyword{"msg", take_message, true},
    Keyword{"content", take_content, true},
    Keyword{"nocase", take_nocase, false},
    Keyword{"offset", take_offset, true},
    Keyword{"depth", take_depth, true},
    Keyword{"distance", take_distance, true},
    Keyword{"within", take_within, true},
    Keyword{"pcre", take_pcre, true},
    Keyword{"flow", take_flow, true},
    Keyword{"operation", take_operation, true},
    Keyword{"sid", take_sid, true},
    Keyword{"rev", take_rev, true},
    Keyword{"classtype", take_classtype, true},
    Keyword{"reference", take_reference, true},
    // These say nothing about what matches.
    Keyword{"metadata", ignore, true},
    Keyword{"gid", ignore, true},
    Keyword{"priority", ignore, true},
    Keyword{"fast_pattern", ignore, false},
    Keyword{"rawbytes", ignore, false},
};

struct Unsupported {
  std::string_view name;
  std::string_view why;
};
constexpr std::array kUnsupported = {
    Unsupported{"byte_test", "values in the payload are not computed with"},
    Unsupported{"byte_jump", "values in the payload are not computed with"},
    Unsupported{"byte_extract", "values in the payload are not computed with"},
    Unsupported{"byte_math", "values in the payload are not computed with"},
    Unsupported{"isdataat", "write `within`, or a pcre"},
    Unsupported{"dsize", "sizes of packets are the sender's choice"},
    Unsupported{"flowbits", "signatures do not depend on one another"},
    Unsupported{"xbits", "signatures do not depend on one another"},
    Unsupported{"threshold", "every hit counts; events have a rate limit of their own"},
    Unsupported{"detection_filter", "every hit counts"},
    Unsupported{"startswith", "write `offset: 0; depth: N` with the content's length"},
    Unsupported{"endswith", "write a pcre that ends with $"},
    Unsupported{"modbus", "write `operation: modbus.NAME`"},
    Unsupported{"modbus_func", "write `operation: modbus.NAME`"},
    Unsupported{"dnp3_func", "write `operation: dnp3.NAME`"},
    Unsupported{"enip_command", "write `operation: enip.NAME`"},
    Unsupported{"cip_service", "write `operation: cip.NAME`"},
    Unsupported{"s7commplus_func", "write `operation: s7comm_plus.NAME`"},
};

// Any protocol is carried by any.
bool carries(uint8_t protocol, wire::App app) {
  const wire::Vocabulary* vocabulary = wire::vocabulary_of(app);
  return vocabulary == nullptr ||
         std::ranges::find(vocabulary->transports, protocol, &wire::Transport::protocol) !=
             vocabulary->transports.end();
}

}  // namespace

bool take_option(const RuleOption& option, RuleText& text, RuleDraft& draft) {
  const std::string name(option.name);
  const auto row = std::ranges::find(kKeywords, option.name, &Keyword::name);
  if (row != kKeywords.end()) {
    if (row->has_value != option.has_value && row->take != ignore)
      return text.wrong(option.place, name + (row->has_value ? " needs a value" : " has no value"));
    return row->take(Context{option, text, draft});
  }
  const auto known = std::ranges::find(kUnsupported, option.name, &Unsupported::name);
  return text.wrong(option.place, "'" + name + "' is not supported: " +
                                      (known != kUnsupported.end()
                                           ? std::string(known->why)
                                           : std::string("docs/signatures.md lists what is")));
}

bool finish_rule(RuleText::Place place, RuleText& text, const RuleDraft& draft) {
  if (!draft.has_sid) return text.wrong(place, "the rule has no sid");
  if (draft.signature.message.empty()) return text.wrong(place, "the rule has no msg");
  const Signature& signature = draft.signature;
  if (signature.parts.empty() && !signature.operation)
    return text.wrong(place, "the rule has neither content, pcre nor operation");
  if (signature.operation && !carries(signature.protocol, signature.operation->app))
    return text.wrong(place, "operation: " + std::string(to_string(signature.operation->app)) +
                                 " is not inspected over this transport: it could never match");
  return true;
}

}  // namespace bulkhead::match
