// SPDX-License-Identifier: Apache-2.0
// Lines of a diff in the words of the policy language.
#include <algorithm>
#include <array>
#include <bit>

#include "policy/describe.h"
#include "policy/diff.h"
#include "policy/point_text.h"
#include "policy/time_text.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {
namespace {

using What = Box::What;
using Form = DiffLine::Form;

constexpr size_t kNamesShown = 3;

std::string range(uint64_t first, uint64_t last) {
  if (first == last) return std::to_string(first);
  return std::to_string(first) + '-' + std::to_string(last);
}

std::string service(const Box& box) {
  if (box.protocol == wire::ip_protocol::kIcmp) return "icmp echo";
  return (box.protocol == wire::ip_protocol::kTcp ? "tcp/" : "udp/") +
         range(box.ports.first, box.ports.last);
}

std::string window(const Box& box) {
  Relationship times;
  if (box.first_ns != Box{}.first_ns) times.from_wall_ns = box.first_ns;
  if (box.last_ns != Box{}.last_ns) times.until_wall_ns = box.last_ns + 1;
  return times.from_wall_ns || times.until_wall_ns ? ", " + describe_window(times) : "";
}

std::string classes(uint16_t mask) {
  if (mask == kEveryClass) return "every operation";
  std::string out;
  for (unsigned i = 1; i < wire::kOperationClassCount; ++i)
    if ((mask >> i & 1) != 0)
      out +=
          (out.empty() ? "" : ", ") + std::string(to_string(static_cast<wire::OperationClass>(i)));
  if ((mask & 1) != 0) out += out.empty() ? "unknown operations" : " and unknown operations";
  return out;
}

std::string functions(wire::App app, const FunctionSet& set) {
  if (set.all_but && set.listed.empty()) return "";
  std::string out;
  for (const uint32_t code : set.listed)
    out += (out.empty() ? "" : ", ") + function_name(app, code);
  return (set.all_but ? ", all functions but " : ", only ") + out;
}

std::string points(const Box& box) {
  if (box.what == What::kNoPoint) return " without points";
  if (box.types == Box{}.types) return " any point";
  std::string out;
  for (unsigned i = 0; i < wire::kPointTypeCount; ++i)
    if ((box.types >> i & 1) != 0)
      out += (out.empty() ? " " : ", ") + std::string(to_string(static_cast<wire::PointType>(i)));
  const wire::PointWord* word =
      std::has_single_bit(box.types)
          ? wire::point_word_of(static_cast<wire::PointType>(std::countr_zero(box.types)))
          : nullptr;
  if (!box.names.numbered)
    return out + (box.names.name && word != nullptr ? ' ' + point_text(*word, *box.names.name)
                                                    : " with a name");
  const NumberRange every = Box{}.points;
  if (box.points.first == every.first && box.points.last == every.last) return out;
  if (box.points.last == every.last) {
    const uint64_t scale = word == nullptr ? 1 : word->scale;
    return out + ' ' + std::to_string(box.points.first / scale) + " and up";
  }
  return out + ' ' +
         (word == nullptr ? range(box.points.first, box.points.last)
                          : point_text(*word, box.points));
}

std::string values(wire::App app, const ValueSet& set) {
  if (!set.carried) return ", with values that the request does not carry";
  const NumberRange every = ValueSet{}.range;
  if (set.range.first == every.first && set.range.last == every.last) return "";
  const bool modbus = app == wire::App::kModbus;
  const std::string first = set.range.first == 0 && !modbus ? "" : value_text(app, set.range.first);
  const std::string last = set.range.last != every.last ? value_text(app, set.range.last)
                           : modbus                     ? "65535"
                                                        : "";
  return ", value " + first + ".." + last;
}

std::string units(const Box& box) {
  const NumberRange every = Box{}.units;
  if (box.units.first == every.first && box.units.last == every.last) return "";
  if (box.units.last == every.last) return ", unit " + std::to_string(box.units.first) + " and up";
  return ", unit " + range(box.units.first, box.units.last);
}

bool on_usual_port(const Box& box) {
  const wire::Vocabulary* vocabulary = wire::vocabulary_of(box.app);
  if (vocabulary == nullptr) return false;
  const wire::Transport& usual = vocabulary->transports.front();
  return box.protocol == usual.protocol && box.ports.first == usual.port &&
         box.ports.last == usual.port;
}

std::string describe(const Box& box) {
  if (box.what == What::kFlow) return service(box) + ": connections" + window(box);
  if (box.what == What::kAny) return service(box) + ": " + classes(box.classes) + window(box);
  std::string out = std::string(to_string(box.app)) + ' ' + classes(box.classes) + points(box);
  if (box.what == What::kPoint) out += values(box.app, box.values);
  out += units(box);
  out += functions(box.app, box.functions);
  if (!on_usual_port(box)) out += ", on " + service(box);
  return out + window(box);
}

std::string sentence(const DiffLine& line) {
  switch (line.form) {
    case Form::kNew:
      return describe(line.box) + (line.others.empty() ? "" : ", not only what rules name");
    case Form::kReaching:
      return describe(line.box);
    case Form::kSpanning:
      return describe(line.box) + ", in one request, not only piece by piece";
    case Form::kCombined:
      return service(line.box) + ": requests that combine what was allowed apart" +
             window(line.box);
    case Form::kTooMany:
      return line.box.protocol == 0 ? "more differences than can be listed"
                                    : describe(line.box) + ", in more parts than can be listed";
  }
  return {};
}

// A service that came or went as a whole has a line for its connections and one for all in them.
bool is_whole_service(const DiffLine& flow, const DiffLine& all) {
  return flow.form == Form::kNew && flow.box.what == What::kFlow && all.form == Form::kNew &&
         all.box.what == What::kAny && all.others.empty() && all.box.classes == kEveryClass &&
         flow.box.protocol == all.box.protocol && flow.box.ports.first == all.box.ports.first &&
         flow.box.ports.last == all.box.ports.last && flow.box.first_ns == all.box.first_ns &&
         flow.box.last_ns == all.box.last_ns;
}

}  // namespace

std::vector<std::string> sentences(const std::vector<DiffLine>& lines) {
  std::vector<std::string> out;
  for (const DiffLine& line : lines) {
    if (line.box.implied) continue;
    const auto whole = [&](const DiffLine& other) {
      return is_whole_service(line, other) || is_whole_service(other, line);
    };
    std::string text = sentence(line);
    if (std::any_of(lines.begin(), lines.end(), whole)) text = service(line.box) + window(line.box);
    if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
  }
  return out;
}

std::string names_of(const Diff& diff, const std::vector<uint32_t>& classes) {
  std::string out;
  size_t count = 0;
  for (const uint32_t cls : classes) {
    for (const std::string& name : diff.members[cls]) {
      if (++count <= kNamesShown) out += (out.empty() ? "" : ", ") + name;
      if (count > kNamesShown) break;
    }
  }
  count = 0;
  for (const uint32_t cls : classes) count += diff.members[cls].size();
  if (count > kNamesShown) out += " and " + std::to_string(count - kNamesShown) + " more";
  return out;
}

}  // namespace bulkhead::policy
