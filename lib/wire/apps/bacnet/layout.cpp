// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/layout.h"

#include <array>

namespace bulkhead::wire::bacnet {
namespace {

constexpr Field context(uint8_t number, What what = What::kPlain) noexcept {
  return {Tag::Kind::kContext, number, what, false, nullptr};
}
constexpr Field open(uint8_t number, What what = What::kAny,
                     const Layout* inner = nullptr) noexcept {
  return {Tag::Kind::kOpening, number, what, false, inner};
}
constexpr Field app(Application type, What what = What::kPlain) noexcept {
  return {Tag::Kind::kApplication, static_cast<uint8_t>(type), what, false, nullptr};
}
constexpr Field maybe(Field field) noexcept {
  field.optional = true;
  return field;
}

using A = Application;
constexpr Layout kFree{.free = true};

// Object, property, array index: how most services begin.
constexpr Field kReference[] = {context(0, What::kScope), context(1, What::kProperty),
                                maybe(context(2))};
constexpr Field kPropertyAt0[] = {context(0, What::kProperty), maybe(context(1))};
constexpr Layout kPropertyLayout{kPropertyAt0};

// ReadPropertyMultiple, and what answers it: value or error of each property.
constexpr Field kReadSpec[] = {context(0, What::kScope), open(1, What::kList, &kPropertyLayout)};
constexpr Field kReadResult[] = {context(2, What::kProperty), maybe(context(3)),
                                 maybe(open(4, What::kValues)), maybe(open(5))};
constexpr Layout kReadResults{kReadResult};
constexpr Field kReadAckSpec[] = {context(0, What::kScope),
                                  maybe(open(1, What::kList, &kReadResults))};

constexpr Field kReadAck[] = {kReference[0], kReference[1], kReference[2], open(3, What::kValues)};
constexpr Field kWrite[] = {kReference[0], kReference[1], kReference[2], open(3, What::kValues),
                            maybe(context(4, What::kPriority))};
constexpr Field kListChange[] = {kReference[0], kReference[1], kReference[2],
                                 open(3, What::kValues)};
constexpr Field kReadRange[] = {kReference[0],  kReference[1],  kReference[2], maybe(open(3)),
                                maybe(open(4)), maybe(open(6)), maybe(open(7))};
constexpr Field kReadRangeAck[] = {kReference[0], kReference[1], kReference[2],    context(3),
                                   context(4),    open(5),       maybe(context(6))};

// A property with its new value: WritePropertyMultiple, CreateObject, COV notifications.
constexpr Field kAssignment[] = {context(0, What::kProperty), maybe(context(1)),
                                 open(2, What::kValues), maybe(context(3, What::kPriority))};
constexpr Layout kAssignments{kAssignment};
constexpr Field kWriteSpec[] = {context(0, What::kScope), open(1, What::kList, &kAssignments)};

constexpr Field kReadFile[] = {app(A::kObjectId, What::kFile), maybe(open(0)), maybe(open(1))};
constexpr Field kReadFileAck[] = {app(A::kBoolean), maybe(open(0)), maybe(open(1))};
constexpr Field kWriteFileAck[] = {maybe(context(0)), maybe(context(1))};
constexpr Field kObjectSpec[] = {maybe(context(0, What::kObjectType)),
                                 maybe(context(1, What::kTarget))};
constexpr Layout kObjectSpecifier{kObjectSpec};
// The object that is made is the point; initial values are of properties of it, whatever they are.
constexpr Field kCreate[] = {open(0, What::kStruct, &kObjectSpecifier),
                             maybe(open(1, What::kList, &kAssignments))};
constexpr Field kOneObject[] = {app(A::kObjectId, What::kTarget)};

// Time stamps are a choice of three: a context primitive, or constructed.
constexpr Field kAckAlarm[] = {
    context(0), context(1, What::kTarget), context(2), open(3), context(4), open(5)};
constexpr Field kCov[] = {context(0), context(1), context(2, What::kScope), context(3),
                          open(4, What::kList, &kAssignments)};
constexpr Field kTimedAssignment[] = {context(0, What::kProperty), maybe(context(1)),
                                      open(2, What::kValues), maybe(context(3))};
constexpr Layout kTimedAssignments{kTimedAssignment};
constexpr Field kCovObject[] = {context(0, What::kScope), open(1, What::kList, &kTimedAssignments)};
constexpr Layout kCovObjects{kCovObject};
constexpr Field kCovMultiple[] = {context(0), context(1), context(2), maybe(open(3)),
                                  open(4, What::kList, &kCovObjects)};
constexpr Field kEvent[] = {
    context(0),         context(1),  context(2, What::kTarget), open(3),        context(4),
    context(5),         context(6),  maybe(context(7)),         context(8),     maybe(context(9)),
    maybe(context(10)), context(11), maybe(open(12)),           maybe(open(13))};
constexpr Field kSubscribe[] = {context(0), context(1, What::kTarget), maybe(context(2)),
                                maybe(context(3))};
constexpr Field kSubscribeProperty[] = {context(0),
                                        context(1, What::kScope),
                                        maybe(context(2)),
                                        maybe(context(3)),
                                        open(4, What::kStruct, &kPropertyLayout),
                                        maybe(context(5))};
constexpr Field kCovReference[] = {open(0, What::kStruct, &kPropertyLayout), maybe(context(1)),
                                   maybe(context(2))};
constexpr Layout kCovReferences{kCovReference};
constexpr Field kCovSpec[] = {context(0, What::kScope), open(1, What::kList, &kCovReferences)};
constexpr Layout kCovSpecs{kCovSpec};
constexpr Field kSubscribeMultiple[] = {context(0), maybe(context(1)), maybe(context(2)),
                                        maybe(context(3)), open(4, What::kList, &kCovSpecs)};
constexpr Field kDcc[] = {maybe(context(0)), context(1), maybe(context(2))};
constexpr Field kReinitialize[] = {context(0), maybe(context(1))};
constexpr Field kLifeSafety[] = {context(0), context(1), context(2),
                                 maybe(context(3, What::kTarget))};
constexpr Field kEventInformation[] = {maybe(context(0, What::kTarget))};
constexpr Field kPrivate[] = {context(0), context(1), maybe(open(2, What::kVendor))};
constexpr Field kText[] = {context(0), maybe(open(1)), context(2), context(3)};

constexpr Field kIAm[] = {app(A::kObjectId, What::kDevice), app(A::kUnsigned), app(A::kEnumerated),
                          app(A::kUnsigned)};
constexpr Field kIHave[] = {app(A::kObjectId, What::kDevice), app(A::kObjectId, What::kTarget),
                            app(A::kCharacterString)};
constexpr Field kTimeSync[] = {app(A::kDate), app(A::kTime)};
constexpr Field kWhoHas[] = {maybe(context(0, What::kLow)), maybe(context(1, What::kHigh)),
                             maybe(context(2, What::kTarget)),
                             maybe(context(3, What::kObjectName))};
constexpr Field kWhoIs[] = {maybe(context(0, What::kLow)), maybe(context(1, What::kHigh))};
constexpr Field kWriteGroup[] = {context(0), context(1, What::kPriority), open(2),
                                 maybe(context(3))};
constexpr Field kWhoAmI[] = {app(A::kUnsigned), app(A::kCharacterString), app(A::kCharacterString)};
constexpr Field kYouAre[] = {app(A::kUnsigned), app(A::kCharacterString), app(A::kCharacterString),
                             maybe(app(A::kObjectId, What::kDevice)), maybe(app(A::kOctetString))};

constexpr Layout kNothing{};
constexpr std::array<ServiceLayouts, 34> kConfirmed = {{
    {{kAckAlarm}, kNothing},
    {{kCov}, kNothing},
    {{kEvent}, kNothing},
    {kNothing, kFree},
    {kFree, kFree},
    {{kSubscribe}, kNothing},
    {{kReadFile}, {kReadFileAck}},
    {{kReadFile}, {kWriteFileAck}},
    {{kListChange}, kNothing},
    {{kListChange}, kNothing},
    {{kCreate}, {kOneObject}},
    {{kOneObject}, kNothing},
    {{kReference}, {kReadAck}},
    {kFree, kFree},
    {{kReadSpec, true}, {kReadAckSpec, true}},
    {{kWrite}, kNothing},
    {{kWriteSpec, true}, kNothing},
    {{kDcc}, kNothing},
    {{kPrivate}, {kPrivate}},
    {{kText}, kNothing},
    {{kReinitialize}, kNothing},
    {kFree, kFree},
    {kFree, kNothing},
    {kFree, kFree},
    {kFree, kFree},
    {kFree, kFree},
    {{kReadRange}, {kReadRangeAck}},
    {{kLifeSafety}, kNothing},
    {{kSubscribeProperty}, kNothing},
    {{kEventInformation}, kFree},
    {{kSubscribeMultiple}, kNothing},
    {{kCovMultiple}, kNothing},
    {kFree, kNothing},
    {kFree, kFree},
}};
constexpr ServiceLayouts kUnknown{kFree, kFree};

constexpr std::array<Layout, 15> kUnconfirmed = {{
    {kIAm},
    {kIHave},
    {kCov},
    {kEvent},
    {kPrivate},
    {kText},
    {kTimeSync},
    {kWhoHas},
    {kWhoIs},
    {kTimeSync},
    {kWriteGroup},
    {kCovMultiple},
    kFree,
    {kWhoAmI},
    {kYouAre},
}};

}  // namespace

const ServiceLayouts& confirmed_layouts(uint8_t service) noexcept {
  return service < kConfirmed.size() ? kConfirmed[service] : kUnknown;
}

const Layout& unconfirmed_layout(uint8_t service) noexcept {
  return service < kUnconfirmed.size() ? kUnconfirmed[service] : kFree;
}

}  // namespace bulkhead::wire::bacnet
