// SPDX-License-Identifier: Apache-2.0
// How a BACnet device says no to a confirmed request that was sent to it alone: an Error-PDU with
// the error that the service's clause names for it (ASHRAE 135 clauses 13 to 17; numbers and
// productions in clause 21); an Abort-PDU where that would have to tell what only the device knows,
// and to a message in segments.
#include <algorithm>
#include <array>

#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/bacnet/tag.h"
#include "wire/writer.h"

namespace bulkhead::wire::bacnet {
namespace {

enum ErrorClass : uint8_t { kProperty = 2, kServices = 5 };
enum ErrorCode : uint8_t {
  kFileAccessDenied = 10,
  kReadAccessDenied = 27,
  kRequestDenied = 29,
  kWriteAccessDenied = 40,
};
constexpr uint8_t kSecurityError = 5;  // reason of an abort (18.10)

// What is told besides class and code (clause 21, BACnetConfirmedServiceError).
enum class Form : uint8_t {
  kPlain,
  kElement,    // ChangeList-Error, CreateObject-Error: the first element that failed; 0: none
  kReference,  // WritePropertyMultiple-Error: the first property that was not written
  kAbort,      // any other
};

struct Row {
  uint8_t service;
  ErrorClass error_class;
  ErrorCode code;
  Form form;
};
// Services not here: services, service-request-denied.
constexpr std::array kRows = {
    Row{6, kServices, kFileAccessDenied, Form::kPlain},        // 14.1
    Row{7, kServices, kFileAccessDenied, Form::kPlain},        // 14.2
    Row{8, kProperty, kWriteAccessDenied, Form::kElement},     // 15.1
    Row{9, kProperty, kWriteAccessDenied, Form::kElement},     // 15.2
    Row{10, kServices, kRequestDenied, Form::kElement},        // 15.3
    Row{12, kProperty, kReadAccessDenied, Form::kPlain},       // 15.5
    Row{14, kProperty, kReadAccessDenied, Form::kPlain},       // 15.7
    Row{15, kProperty, kWriteAccessDenied, Form::kPlain},      // 15.9
    Row{16, kProperty, kWriteAccessDenied, Form::kReference},  // 15.10
    Row{18, kServices, kRequestDenied, Form::kAbort},          // 16.2: vendor and its service
    Row{22, kServices, kRequestDenied, Form::kAbort},          // 17.2: sessions
    Row{26, kProperty, kReadAccessDenied, Form::kPlain},       // 15.8
    Row{30, kServices, kRequestDenied, Form::kAbort},          // 13.16: subscription
};

Row row_of(uint8_t service) noexcept {
  const auto* const row = std::ranges::find(kRows, service, &Row::service);
  return row != kRows.end() ? *row : Row{service, kServices, kRequestDenied, Form::kPlain};
}

// The request's addresses, the other way round (6.2.2).
void put_npdu(Writer& out, const Peers& peers) noexcept {
  constexpr uint8_t kVersion = 1, kDestination = 0x20, kSource = 0x08, kMostHops = 255;
  const bool to_network = peers.from.network != 0, from_network = peers.to.network != 0;
  const auto put = [&out](const Address& address) {
    out.be16(address.network).u8(address.length);
    out.bytes(std::span(address.station).first(address.length));
  };
  out.u8(kVersion);
  out.u8(static_cast<uint8_t>((to_network ? kDestination : 0) | (from_network ? kSource : 0)));
  if (to_network) put(peers.from);
  if (from_network) put(peers.to);
  if (to_network) out.u8(kMostHops);
}

void put_abort(Writer& out, uint8_t invoke) noexcept {
  constexpr uint8_t kAbortByServer = 0x71;
  out.u8(kAbortByServer).u8(invoke).u8(kSecurityError);
}

// BACnetObjectPropertyReference in context 1.
void put_reference(Writer& out, const PointRange& point) noexcept {
  constexpr uint8_t kObject = 0x0c, kPropertyOfTwo = 0x1a;
  out.u8(0x1e).u8(kObject).be32(static_cast<uint32_t>(point.first));
  if (point.detail <= UINT8_MAX)
    out.u8(0x19).u8(static_cast<uint8_t>(point.detail));
  else
    out.u8(kPropertyOfTwo).be16(static_cast<uint16_t>(point.detail));
  out.u8(0x1f);
}

void put_error(Writer& out, uint8_t invoke, const Row& row, const Operation& operation) noexcept {
  constexpr uint8_t kErrorPdu = 0x50, kEnumerated = 0x91;
  const bool wrapped = row.form != Form::kPlain;
  out.u8(kErrorPdu).u8(invoke).u8(row.service);
  if (wrapped) out.u8(0x0e);
  out.u8(kEnumerated).u8(row.error_class).u8(kEnumerated).u8(row.code);
  if (wrapped) out.u8(0x0f);
  if (row.form == Form::kElement) out.u8(0x19).u8(0);
  if (row.form == Form::kReference) put_reference(out, operation.points[0]);
}

bool names_property(const Operation& operation) noexcept {
  return !operation.points.empty() && operation.points[0].type == PointType::kBacnetObject &&
         operation.points[0].detail <= UINT16_MAX;
}

// To one station, by which it was sent: what a router forwarded for somebody else is not for the
// router to answer (J.4.5), and to a broadcast nobody answers.
bool to_one(const Envelope& envelope) noexcept {
  const bool everywhere = envelope.peers.to.network != 0 && envelope.peers.to.length == 0;
  return envelope.function == Bvlc::kUnicast && !envelope.network_message && !everywhere;
}

}  // namespace

size_t Connection::refuse(Side asker, std::span<const uint8_t> datagram, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  constexpr uint8_t kBvlc = 0x81;
  constexpr size_t kBvlcSize = 4;
  Envelope envelope;
  Apdu apdu;
  if (failed(open_envelope(datagram, envelope)) || !envelope.carries_npdu) return 0;
  if (failed(parse_apdu(envelope.body, 0, apdu)) || apdu.type != ApduType::kConfirmed) return 0;
  segments_.forget(asker, envelope.peers, apdu.invoke);
  if (!to_one(envelope) || out.size() < kBvlcSize) return 0;
  const Row row = row_of(apdu.service);
  const bool unnamed = row.form == Form::kReference && !names_property(operation);
  Writer body{out.subspan(kBvlcSize)};
  put_npdu(body, envelope.peers);
  if (apdu.segmented || row.form == Form::kAbort || unnamed)
    put_abort(body, apdu.invoke);
  else
    put_error(body, apdu.invoke, row, operation);
  if (!body.ok()) return 0;
  const size_t size = kBvlcSize + body.size();
  Writer head{out};
  head.u8(kBvlc).u8(static_cast<uint8_t>(Bvlc::kUnicast)).be16(static_cast<uint16_t>(size));
  return size;
}

}  // namespace bulkhead::wire::bacnet
