// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mms/services.h"

#include <algorithm>
#include <array>

#include "wire/apps/mms/names.h"
#include "wire/apps/mms/table.h"
#include "wire/apps/mms/variables.h"

namespace bulkhead::wire::mms {
namespace {

using ber::Element;
using ber::Reader;

enum class Form : uint8_t {
  kIdentifier,       // the parameter is the identifier
  kIdentifierField,  // a sequence, of which a field is an identifier
  kObject,           // the parameter is an object name
  kObjectField,      // a sequence, of which a field is an object name
  kObjectFirst,      // a sequence that begins with an object name
  kDeletion,         // scope of deletion, names, domain
  kFile,             // the parameter is a file name
  kFileField,        // a sequence, of which a field is a file name
};

struct Row {
  uint8_t service = 0;
  Form form = Form::kObject;
  PointType type = PointType::kNone;
  uint8_t field = 0;
  bool optional = false;
};

// Where services name objects that are points; of a service with two, two rows.
// clang-format off
constexpr std::array kRows = {
    Row{7,  Form::kObjectField,     PointType::kMmsVariable},
    Row{8,  Form::kObjectField,     PointType::kMmsVariable},
    Row{9,  Form::kObject,          PointType::kMmsVariable},
    Row{10, Form::kDeletion,        PointType::kMmsVariable},
    Row{11, Form::kObjectFirst,     PointType::kMmsVariableList},
    Row{12, Form::kObject,          PointType::kMmsVariableList},
    Row{13, Form::kDeletion,        PointType::kMmsVariableList},
    Row{26, Form::kIdentifierField, PointType::kMmsDomain},
    Row{27, Form::kIdentifier,      PointType::kMmsDomain},
    Row{28, Form::kIdentifierField, PointType::kMmsDomain},
    Row{29, Form::kIdentifier,      PointType::kMmsDomain},
    Row{32, Form::kIdentifierField, PointType::kMmsDomain},
    Row{32, Form::kFileField,       PointType::kMmsFile, 4},
    Row{33, Form::kIdentifierField, PointType::kMmsDomain},
    Row{33, Form::kFileField,       PointType::kMmsFile, 1},
    Row{34, Form::kIdentifierField, PointType::kMmsDomain},
    Row{34, Form::kFileField,       PointType::kMmsFile, 4},
    Row{35, Form::kIdentifierField, PointType::kMmsDomain},
    Row{35, Form::kFileField,       PointType::kMmsFile, 1},
    Row{36, Form::kIdentifier,      PointType::kMmsDomain},
    Row{37, Form::kIdentifier,      PointType::kMmsDomain},
    Row{38, Form::kIdentifierField, PointType::kMmsProgram},
    Row{39, Form::kIdentifier,      PointType::kMmsProgram},
    Row{40, Form::kIdentifierField, PointType::kMmsProgram},
    Row{41, Form::kIdentifierField, PointType::kMmsProgram},
    Row{42, Form::kIdentifierField, PointType::kMmsProgram},
    Row{43, Form::kIdentifierField, PointType::kMmsProgram},
    Row{44, Form::kIdentifierField, PointType::kMmsProgram},
    Row{45, Form::kIdentifier,      PointType::kMmsProgram},
    Row{46, Form::kFileField,       PointType::kMmsFile, 1},
    Row{46, Form::kFileField,       PointType::kMmsFile, 2},
    Row{65, Form::kObjectField,     PointType::kMmsJournal},
    Row{66, Form::kObjectField,     PointType::kMmsJournal},
    Row{67, Form::kObjectField,     PointType::kMmsJournal},
    Row{68, Form::kObject,          PointType::kMmsJournal},
    Row{69, Form::kObjectField,     PointType::kMmsJournal},
    Row{70, Form::kObjectField,     PointType::kMmsJournal},
    Row{72, Form::kFileField,       PointType::kMmsFile},
    Row{75, Form::kFileField,       PointType::kMmsFile},
    Row{75, Form::kFileField,       PointType::kMmsFile, 1},
    Row{76, Form::kFile,            PointType::kMmsFile},
    Row{77, Form::kFileField,       PointType::kMmsFile, 0, true},
};
// clang-format on

// The field is looked for among all: fields before it may be left out. A second one would leave it
// to the device which it takes.
bool find_field(Reader in, uint32_t number, Element& out) noexcept {
  bool found = false;
  for (Element element; in.next(element);) {
    if (!element.is(ber::Class::kContext, number)) continue;
    if (found) in.fail(FaultKind::kBadCount, element.at);
    out = element;
    found = true;
  }
  return found && in.ok();
}

void take_field(const Row& row, const Element& field, Reader& in, Operation& out) noexcept {
  if (row.form == Form::kIdentifierField)
    return take_identifier(field, in, {row.type, out.cls}, out);
  if (!field.constructed) return in.fail(FaultKind::kBadEncoding, field.at);
  if (row.form == Form::kFileField) return take_file(in.inside(field), out.cls, out);
  Reader inside = in.inside(field);
  take_object(inside, {row.type, out.cls}, out);
  inside.end();
}

// Scope 0: the objects named, and no others.
void take_deletion(const Row& row, Reader in, Operation& out) noexcept {
  constexpr uint32_t kScope = 0, kNames = 1, kDomain = 2;
  Element element;
  if (in.next_if(ber::Class::kContext, kScope, element) && ber::unsigned_of(element.content) != 0)
    out.clipped = true;
  if (in.next_if(ber::Class::kContext, kNames, element)) {
    Reader names = in.inside(element);
    while (names.more()) take_object(names, {row.type, out.cls}, out);
  }
  if (in.next_if(ber::Class::kContext, kDomain, element))
    take_identifier(element, in, {PointType::kMmsDomain, out.cls}, out);
  in.end();
  if (in.ok() && out.points.empty()) out.clipped = true;
}

void take_row(const Row& row, const Element& service, Reader& in, Operation& out) noexcept {
  Reader inside = in.inside(service);
  Element field;
  switch (row.form) {
    case Form::kIdentifier:
      return take_identifier(service, in, {row.type, out.cls}, out);
    case Form::kObject:
      take_object(inside, {row.type, out.cls}, out);
      return inside.end();
    case Form::kObjectFirst:
      return take_object(inside, {row.type, out.cls}, out);
    case Form::kDeletion:
      return take_deletion(row, inside, out);
    case Form::kFile:
      return take_file(inside, out.cls, out);
    default:
      break;
  }
  if (find_field(inside, row.field, field)) return take_field(row, field, in, out);
  if (!row.optional) in.fail(FaultKind::kBadLength, service.at);
}

// Names of one domain, or of all.
void take_name_list(Reader in, Operation& out) noexcept {
  constexpr uint32_t kObjectClass = 0, kObjectScope = 1, kOfDomain = 1;
  Element element, scope;
  in.want(ber::Class::kContext, kObjectClass, element);
  if (!in.want(ber::Class::kContext, kObjectScope, element)) return;
  Reader inside = in.inside(element);
  if (!inside.want(scope)) return;
  inside.end();
  if (scope.primitive(kOfDomain)) take_identifier(scope, in, {PointType::kMmsDomain, out.cls}, out);
}

bool is_primitive_form(uint32_t service) noexcept {
  constexpr std::array<uint8_t, 13> kPrimitive = {0, 2, 27, 29, 30, 31, 36, 37, 39, 45, 63, 73, 74};
  return std::ranges::find(kPrimitive, service) != kPrimitive.end();
}

}  // namespace

void take_request_of(const Element& service, Reader& in, Operation& out) noexcept {
  constexpr uint32_t kAlarmSummary = 63;                // all of its parameters have defaults
  if (out.cls == OperationClass::kUnspecified) return;  // of any form: no rule can allow it
  if (service.constructed == is_primitive_form(service.number) && service.number != kAlarmSummary)
    return in.fail(FaultKind::kBadEncoding, service.at);
  if (service.number == kRead) return take_read(service, in, out);
  const Reader inside = in.inside(service);
  switch (service.number) {
    case kWrite:
      return take_write(inside, out);
    case kGetNameList:
      return take_name_list(inside, out);
    case kGetVariableAttributes: {
      Reader parameters = inside;
      take_name_or_address(parameters, out.cls, out);
      return parameters.end();
    }
    default:
      break;
  }
  for (const Row& row : kRows)
    if (row.service == service.number) take_row(row, service, in, out);
}

void take_answer_of(const Element& service, Reader& in, Operation& out) noexcept {
  constexpr uint32_t kListOfVariable = 1;
  if (service.number == kRead || service.number == kWrite || service.number == kGetListAttributes) {
    if (!service.constructed) return in.fail(FaultKind::kBadEncoding, service.at);
  }
  if (service.number == kRead) return take_read_answer(service, in, out);
  const Reader inside = in.inside(service);
  if (service.number == kWrite) return take_write_answer(inside, out);
  if (service.number != kGetListAttributes) return;
  Element list;
  if (find_field(inside, kListOfVariable, list)) take_variables(in.inside(list), out.cls, out);
}

}  // namespace bulkhead::wire::mms
