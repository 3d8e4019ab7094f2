// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/variables.h"

#include <algorithm>

#include "wire/apps/mms/data.h"
#include "wire/apps/mms/names.h"

namespace bulkhead::wire::mms {
namespace {

using ber::Element;
using ber::Reader;
using Access = OperationClass;

enum Specification : uint32_t { kListOfVariable = 0, kVariableListName = 1 };
enum Variable : uint32_t {
  kName = 0,
  kAddress = 1,
  kDescription = 2,
  kScattered = 3,
  kInvalid = 4
};
constexpr uint32_t kAlternateAccess = 5;
constexpr uint32_t kSymbolicAddress = 1;
constexpr uint32_t kFailure = 0;

// Where a list of variables went, and what its data belong to.
struct Specified {
  size_t first = 0;  // point
  size_t count = 0;  // of variables; 0: a named list, of as many as it has
};

// A variable without a name: no rule on names may hold.
void add_unnamed(std::string_view symbol, Access access, Operation& out) noexcept {
  out.add_point({.type = PointType::kMmsVariable, .access = access, .name = symbol});
  out.clipped = true;
}

void take_address(const Element& address, Reader& in, Access access, Operation& out) noexcept {
  Reader inside = in.inside(address);
  Element kind;
  if (!inside.want(kind)) return;
  inside.end();
  const bool symbolic = kind.primitive(kSymbolicAddress);
  const std::string_view symbol = symbolic ? text_of(kind, in) : std::string_view{};
  if (in.ok()) add_unnamed(symbol, access, out);
}

void take_named_or_addressed(const Element& choice, Reader& in, Access access,
                             Operation& out) noexcept {
  if (choice.holds(kAddress)) return take_address(choice, in, access, out);
  Reader inside = in.inside(choice);
  take_object(inside, {PointType::kMmsVariable, access}, out);
  inside.end();
}

// Alternate access names parts of a variable: the whole is told. One of a logical node may name
// its control objects.
void take_list_item(const Element& item, Reader& in, Access access, Operation& out) noexcept {
  if (!item.is(ber::Class::kUniversal, ber::kSequence) || !item.constructed)
    return in.fail(FaultKind::kBadType, item.at);
  Reader parts = in.inside(item);
  take_variable(parts, access, out);
  Element alternate;
  const bool in_part = parts.next_if(ber::Class::kContext, kAlternateAccess, alternate);
  parts.end();
  if (!in.ok() || !in_part || access != Access::kWrite || out.points.empty()) return;
  PointRange& point = out.points[out.points.size() - 1];
  if (point.name.find('$') == std::string_view::npos) point.access = Access::kControl;
}

Specified take_specification(const Element& choice, Reader& in, Access access,
                             Operation& out) noexcept {
  Specified specified{.first = out.points.size()};
  Reader inside = in.inside(choice);
  if (choice.holds(kVariableListName)) {
    take_object(inside, {PointType::kMmsVariableList, access}, out);
    inside.end();
    return specified;
  }
  if (!choice.holds(kListOfVariable)) in.fail(FaultKind::kBadType, choice.at);
  for (Element item; inside.next(item); ++specified.count)
    take_list_item(item, inside, access, out);
  if (specified.count == 0) in.fail(FaultKind::kBadCount, choice.at);
  return specified;
}

// Of the i-th variable; where it has no place among the points, `clipped` is set already.
void add_value(const Specified& to, size_t i, ValueView view, Operation& out) noexcept {
  const size_t point = to.first + (to.count == 0 ? 0 : i);
  if (!out.points.empty() && point >= out.points.size()) return;
  view.range = static_cast<uint16_t>(out.points.empty() ? 0 : point);
  if (!out.values.push_back(view)) out.clipped = true;
}

// Of the structure that operates or selects: ctlVal, its first member, of an analogue one the
// member of that. Its others say who commands, when and how.
ValueView control_value(const Element& data, Reader& in) noexcept {
  constexpr int kDeepest = 2;
  constexpr uint32_t kStructure = 2;
  Element at = data;
  for (int depth = 0; depth < kDeepest && at.holds(kStructure); ++depth) {
    Reader inside = in.inside(at);
    Element first;
    if (!inside.next(first) || !is_data(first)) return value_of(data);
    if (depth > 0 && inside.more()) return value_of(data);
    at = first;
  }
  return value_of(at);
}

bool commands(std::string_view item) noexcept {
  return item.ends_with("$Oper") || item.ends_with("$SBOw") || item.ends_with("$Cancel");
}

void take_data(const Element& list, Reader& in, const Specified& to, Operation& out) noexcept {
  Reader inside = in.inside(list);
  size_t count = 0;
  for (Element data; inside.next(data); ++count) {
    if (!is_data(data)) return in.fail(FaultKind::kBadType, data.at);
    const size_t point = to.first + count;
    const bool command = to.count != 0 && point < out.points.size() &&
                         control_of(out.points[point].name) != Control::kNone &&
                         commands(out.points[point].name);
    add_value(to, count, command ? control_value(data, in) : value_of(data), out);
  }
  if (count == 0 || (to.count != 0 && count != to.count)) in.fail(FaultKind::kBadCount, list.at);
}

void refuse(const Element& failure, Reader& in, Operation& out) noexcept {
  const auto code = ber::unsigned_of(failure.content);
  if (!code || *code > UINT8_MAX) return in.fail(FaultKind::kBadValue, failure.at);
  if (!out.is_exception) out.exception_code = static_cast<uint32_t>(*code);
  out.is_exception = true;
}

void take_access_results(const Element& list, Reader& in, const Specified& to,
                         Operation& out) noexcept {
  Reader inside = in.inside(list);
  size_t count = 0;
  for (Element result; inside.next(result); ++count) {
    if (result.primitive(kFailure)) {
      refuse(result, in, out);
    } else if (is_data(result)) {
      add_value(to, count, value_of(result), out);
    } else {
      in.fail(FaultKind::kBadType, result.at);
    }
  }
  if (to.count != 0 && count != to.count) in.fail(FaultKind::kBadCount, list.at);
}

// Points that command are controls; the operation is what its strongest is.
void tell_controls(Operation& out) noexcept {
  auto strongest = Control::kNone;
  for (PointRange& point : out.points) {
    const bool whole = point.access == Access::kControl;
    const Control control = whole ? Control::kOperate : control_of(point.name);
    if (point.type != PointType::kMmsVariable || control == Control::kNone) continue;
    point.access = Access::kControl;
    if (strongest == Control::kNone || control < strongest) strongest = control;
  }
  if (strongest != Control::kNone) describe(write_code(strongest), out);
}

}  // namespace

Control control_of(std::string_view item) noexcept {
  const size_t node = item.find('$');
  if (node == std::string_view::npos) return Control::kNone;
  std::string_view rest = item.substr(node + 1);
  if (rest != "CO" && !rest.starts_with("CO$")) return Control::kNone;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('$'));
    if (part == "SBOw") return Control::kSelectWithValue;
    if (part == "Cancel") return Control::kCancel;
    if (part == "Oper") return Control::kOperate;
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  return Control::kOperate;
}

bool selects(std::string_view item) noexcept {
  return control_of(item) != Control::kNone && item.ends_with("$SBO");
}

void take_name_or_address(Reader& in, Access access, Operation& out) noexcept {
  Element choice;
  if (!in.want(choice)) return;
  if (!choice.holds(kAddress) && !choice.holds(kName))
    return in.fail(FaultKind::kBadType, choice.at);
  take_named_or_addressed(choice, in, access, out);
}

void take_variable(Reader& in, Access access, Operation& out) noexcept {
  Element choice;
  if (!in.want(choice)) return;
  if (choice.holds(kName) || choice.holds(kAddress))
    return take_named_or_addressed(choice, in, access, out);
  const bool unnamed =
      choice.holds(kDescription) || choice.holds(kScattered) || choice.primitive(kInvalid);
  if (!unnamed) return in.fail(FaultKind::kBadType, choice.at);
  add_unnamed({}, access, out);
}

void take_variables(Reader in, Access access, Operation& out) noexcept {
  for (Element item; in.next(item);) take_list_item(item, in, access, out);
}

void take_read(const Element& service, const Reader& of, Operation& out) noexcept {
  constexpr uint32_t kSpecificationWithResult = 0, kVariables = 1;
  Reader in = of.inside(service);
  Element element;
  (void)in.next_if(ber::Class::kContext, kSpecificationWithResult, element);
  if (!in.want(ber::Class::kContext, kVariables, element)) return;
  in.end();
  Reader inside = in.inside(element);
  if (!inside.want(element)) return;
  take_specification(element, inside, Access::kRead, out);
  inside.end();
  bool selected = false;
  for (PointRange& point : out.points) {
    if (point.type != PointType::kMmsVariable || !selects(point.name)) continue;
    point.access = Access::kControl;
    selected = true;
  }
  if (selected) describe(kSelect, out);
}

void take_write(Reader in, Operation& out) noexcept {
  constexpr uint32_t kListOfData = 0;
  Element variables, data;
  if (!in.want(variables)) return;
  const Specified specified = take_specification(variables, in, Access::kWrite, out);
  tell_controls(out);
  if (!in.want(ber::Class::kContext, kListOfData, data)) return;
  in.end();
  take_data(data, in, specified, out);
}

void take_read_answer(const Element& service, const Reader& of, Operation& out) noexcept {
  constexpr uint32_t kVariables = 0, kResults = 1;
  Reader in = of.inside(service);
  Element element;
  Specified specified;
  if (in.next_if(ber::Class::kContext, kVariables, element)) {
    Reader inside = in.inside(element);
    Element choice;
    if (inside.want(choice)) specified = take_specification(choice, inside, Access::kRead, out);
    inside.end();
  }
  if (!in.want(ber::Class::kContext, kResults, element)) return;
  in.end();
  take_access_results(element, in, specified, out);
}

void take_write_answer(Reader in, Operation& out) noexcept {
  constexpr uint32_t kSuccess = 1;
  for (Element result; in.next(result);) {
    if (result.primitive(kFailure))
      refuse(result, in, out);
    else if (!result.primitive(kSuccess))
      in.fail(FaultKind::kBadType, result.at);
  }
}

void take_information_report(Reader in, Operation& out) noexcept {
  constexpr uint32_t kResults = 0;
  Element element;
  if (!in.want(element)) return;
  const Specified specified = take_specification(element, in, Access::kRead, out);
  if (!in.want(ber::Class::kContext, kResults, element)) return;
  in.end();
  take_access_results(element, in, specified, out);
  // A report refuses nothing: what failed in it is a value that there is not.
  out.is_exception = false;
  out.exception_code = 0;
}

}  // namespace bulkhead::wire::mms
