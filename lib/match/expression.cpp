// SPDX-License-Identifier: Apache-2.0
#include "match/expression.h"

#include <utility>

#include "match/hyperscan.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::match {
namespace {

constexpr const char* kAnyByte = "[\\x00-\\xff]";

// "[\x00-\xff]{first,last}"; without `last` there is no end.
std::string gap(uint32_t first, std::optional<uint32_t> last) {
  if (first == 0 && !last) return std::string(kAnyByte) + '*';
  if (last == 0u) return "";
  return std::string(kAnyByte) + '{' + std::to_string(first) + ',' +
         (last ? std::to_string(*last) : "") + '}';
}

std::string literal(const Part& part) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = part.nocase ? "(?i:" : "";
  for (const char c : part.text) {
    const auto byte = static_cast<uint8_t>(c);
    out += "\\x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out + (part.nocase ? ")" : "");
}

// What matters of an expression to whoever puts it beside others.
struct Anchors {
  bool leading = false;       // ^ at its very beginning
  bool elsewhere = false;     // ^, $, \A, \z, \Z, \G
  bool alternatives = false;  // | outside of every group
};

Anchors anchors_of(std::string_view text) {
  Anchors out;
  int depth = 0;
  bool set = false;  // within [...]
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      const char next = i + 1 < text.size() ? text[++i] : '\0';
      out.elsewhere |= !set && std::string_view("AzZG").find(next) != std::string_view::npos;
      continue;
    }
    if (set) {
      set = c != ']';
      continue;
    }
    if (c == '[') {
      set = true;
      if (i + 1 < text.size() && text[i + 1] == '^') ++i;
      if (i + 1 < text.size() && text[i + 1] == ']') ++i;  // the first one is itself
    }
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == '|' && depth == 0) out.alternatives = true;
    if (c == '^' && i == 0) out.leading = true;
    if (c == '$' || (c == '^' && i != 0)) out.elsewhere = true;
  }
  return out;
}

std::string group(const Part& part, std::string_view text) {
  std::string flags;
  if (part.nocase) flags += 'i';
  if (part.dotall) flags += 's';
  if (part.multiline) flags += 'm';
  if (part.extended) flags += 'x';
  // A comment of an extended expression ends with its line.
  return "(?" + flags + ':' + std::string(text) + (part.extended ? "\n)" : ")");
}

Error wrong(const Part& part, std::string sentence) {
  return {ErrorCode::kInvalid, to_string(RuleProblem{part.line, part.column, std::move(sentence)})};
}

// By itself it is a whole expression: it cannot reach out of the group that it is put in.
Status sound(const Part& part) {
  if (part.text.starts_with("(*")) return wrong(part, "pcre: verbs like (*UTF8) are not supported");
  if (auto refused = expression_refused(group(part, part.text)); !refused.empty())
    return wrong(part, "pcre: " + refused);
  if (auto refused = expression_refused(part.text); !refused.empty())
    return wrong(part, "pcre: " + refused);
  return {};
}

class Builder {
 public:
  explicit Builder(const Signature& signature) {
    // Each datagram stands for itself.
    out_.unit = signature.protocol == wire::ip_protocol::kUdp;
  }

  Status add(const Part& part) { return part.pcre ? add_pcre(part) : add_content(part); }
  Program take() { return std::move(out_); }

 private:
  Status add_content(const Part& part) {
    std::optional<uint32_t> last;
    if (part.room) last = part.first + *part.room - static_cast<uint32_t>(part.text.size());
    const bool absolute = part.place == Part::Place::kAbsolute;
    out_.unit |= absolute;
    if (absolute)
      begin("^" + gap(part.first, last) + literal(part));
    else if (part.place == Part::Place::kRelative)
      go_on(gap(part.first, last) + literal(part));
    else
      begin(literal(part));
    return {};
  }

  Status add_pcre(const Part& part) {
    if (auto status = sound(part); !status) return status;
    if (part.anchored) return add_anchored(part);
    const Anchors anchors = anchors_of(part.text);
    if (part.place != Part::Place::kRelative) {
      out_.unit |= anchors.leading || anchors.elsewhere;
      begin(group(part, part.text));
      return {};
    }
    const bool unclear =
        anchors.elsewhere || (anchors.leading && (anchors.alternatives || part.multiline));
    if (unclear)
      return wrong(part,
                   "pcre: with R, an anchor is supported at the beginning alone, and not "
                   "together with | or m");
    if (anchors.leading)
      go_on(group(part, std::string_view(part.text).substr(1)));
    else
      go_on(gap(0, {}) + group(part, part.text));
    return {};
  }

  // Flag A: where it is looked for is where it begins.
  Status add_anchored(const Part& part) {
    const Anchors anchors = anchors_of(part.text);
    if (anchors.leading || anchors.elsewhere)
      return wrong(part, "pcre: with A, other anchors are not supported");
    if (part.place == Part::Place::kRelative) {
      go_on(group(part, part.text));
    } else {
      out_.unit = true;
      begin('^' + group(part, part.text));
    }
    return {};
  }

  void begin(std::string expression) { out_.expressions.push_back(std::move(expression)); }
  void go_on(const std::string& expression) { out_.expressions.back() += expression; }

  Program out_;
};

}  // namespace

Result<Program> program_of(const Signature& signature) {
  Builder builder(signature);
  for (const Part& part : signature.parts)
    if (auto status = builder.add(part); !status) return status.error();
  return builder.take();
}

}  // namespace bulkhead::match
