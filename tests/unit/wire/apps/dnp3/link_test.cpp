// SPDX-License-Identifier: Apache-2.0
// The link layer: framing, checksums, control octets, functions without user data, datagrams.
#include "builder.h"

using namespace bulkhead::test::dnp3;
using bulkhead::wire::Direction;
using bulkhead::wire::Fault;
using bulkhead::wire::FaultKind;
using bulkhead::wire::OperationClass;
namespace dnp3 = bulkhead::wire::dnp3;

static_assert(bulkhead::wire::StreamProtocol<dnp3::Connection>);
static_assert(bulkhead::wire::DatagramProtocol<dnp3::Connection>);

namespace {

const Bytes kRead{0xc0, 1, 60, 2, 6};

Fault size_fault(const Bytes& bytes) {
  const auto size = dnp3::Connection{}.frame_size(Side::kRequest, bytes);
  REQUIRE(size.faulty());
  return size.fault();
}
Bytes link_op(uint8_t control) {
  return link_frame(control, kOutstation, kMaster);
}

}  // namespace

TEST_CASE("dnp3: the checksum, is CRC-16/DNP", "[wire][dnp3]") {
  const std::string digits = "123456789";
  const Bytes bytes(digits.begin(), digits.end());
  CHECK(dnp3::crc_of(bytes) == 0xea82);
}

TEST_CASE("dnp3: frame size, is known with the header and counts the checksums", "[wire][dnp3]") {
  const dnp3::Connection connection;
  for (const size_t n : {1u, 15u, 16u, 17u, 32u, 33u, 250u}) {
    const Bytes frame = link_frame(kFromMaster, 1, 2, Bytes(n, 7));
    const std::span<const uint8_t> all(frame);
    for (size_t have = 0; have < 10; ++have)
      CHECK(connection.frame_size(Side::kRequest, all.first(have)).need_more());
    const auto size = connection.frame_size(Side::kRequest, all.first(10));
    REQUIRE(size.ok());
    CHECK(*size == frame.size());
    CHECK(*size <= dnp3::Connection::kLongestFrame);
  }
}

TEST_CASE("dnp3: a header that is none, loses the framing", "[wire][dnp3]") {
  CHECK(size_fault({0x06}) == Fault{FaultKind::kBadMarker, 0});
  CHECK(size_fault({0x05, 0x65}) == Fault{FaultKind::kBadMarker, 1});
  CHECK(size_fault({0x05, 0x64, 4}) == Fault{FaultKind::kBadLength, 2});
  Bytes frame = request(kRead);
  frame[4] ^= 1;
  CHECK(size_fault(frame) == Fault{FaultKind::kBadChecksum, 8});
}

TEST_CASE("dnp3: frame, takes exactly one frame", "[wire][dnp3]") {
  Talk talk;
  Bytes frame = request(kRead);
  frame.pop_back();
  CHECK(talk.connection.frame(Side::kRequest, frame, *talk.keeper).kind == FaultKind::kBadLength);
  frame.resize(9);
  CHECK(talk.connection.frame(Side::kRequest, frame, *talk.keeper) ==
        Fault{FaultKind::kTruncated, 9});
  CHECK(talk.told() == 0);
}

TEST_CASE("dnp3: link functions, are one session operation each", "[wire][dnp3]") {
  const Told reset = Talk{}.one(link_op(0xc0));
  CHECK(reset.name == "reset_of_remote_link");
  CHECK(reset.code == (1u << 24));
  CHECK(reset.cls == OperationClass::kSession);
  CHECK(reset.unit == kOutstation);
  CHECK(reset.from_unit == kMaster);
  CHECK(Talk{}.one(link_op(0xd2)).name == "test_function_for_link");
  CHECK(Talk{}.one(link_op(0xc9)).name == "request_link_status");
  CHECK(Talk{}.one(link_op(0xc1)).cls == OperationClass::kProgram);
  const Told status = Talk{}.one(link_frame(0x0b, kMaster, kOutstation), Side::kResponse);
  CHECK(status.name == "status_of_link");
  CHECK(status.code == (2u << 24 | 11));
  CHECK(status.direction == Direction::kResponse);
  CHECK(status.unit == kOutstation);
  CHECK(status.request_id == Talk{}.one(link_op(0xc9)).request_id);
}

TEST_CASE("dnp3: an outstation that asks for the link, is still the unit", "[wire][dnp3]") {
  const Told asked = Talk{}.one(link_frame(0x49, kMaster, kOutstation), Side::kResponse);
  CHECK(asked.direction == Direction::kRequest);
  CHECK(asked.unit == kOutstation);
}

TEST_CASE("dnp3: an unknown link function, has no class, whatever it carries", "[wire][dnp3]") {
  const Told told = Talk{}.one(link_frame(0xc5, kOutstation, kMaster, Bytes{0xc0} + kRead));
  CHECK(told.name == "unknown");
  CHECK(told.cls == OperationClass::kUnspecified);
  CHECK(Talk{}.one(link_op(0x82)).cls == OperationClass::kUnspecified);
}

TEST_CASE("dnp3: control octets, have FCV and user data where they belong", "[wire][dnp3]") {
  CHECK(Talk{}.frame(link_op(0xd0)) == Fault{FaultKind::kBadFlags, 3});
  CHECK(Talk{}.frame(link_op(0xc2)) == Fault{FaultKind::kBadFlags, 3});
  CHECK(Talk{}.frame(link_frame(0xd4, 1, 2, Bytes{0xc0} + kRead)).kind == FaultKind::kBadFlags);
  CHECK(Talk{}.frame(link_op(kFromMaster)) == Fault{FaultKind::kBadLength, 2});
  CHECK(Talk{}.frame(link_frame(0xc9, 1, 2, {1})) == Fault{FaultKind::kBadLength, 2});
  CHECK(Talk{}.one(link_op(0x90)).name == "ack");  // of a busy station: DFC
  CHECK(Talk{}.one(link_frame(0xf3, 1, 2, Bytes{0xc0} + kRead)).name == "read");
}

TEST_CASE("dnp3: addresses, are of stations, a sender's above all", "[wire][dnp3]") {
  const auto kind = [](uint16_t to, uint16_t from) {
    return Talk{}.frame(link_frame(0xc9, to, from));
  };
  CHECK(kind(0xfff0, 1) == Fault{FaultKind::kBadAddress, 4});
  CHECK(kind(0xfffb, 1) == Fault{FaultKind::kBadAddress, 4});
  CHECK(kind(0xfffc, 1).kind == FaultKind::kNone);
  CHECK(kind(0xffff, 0xffef).kind == FaultKind::kNone);
  CHECK(kind(1, 0xfff0) == Fault{FaultKind::kBadAddress, 6});
  CHECK(kind(1, 0xffff) == Fault{FaultKind::kBadAddress, 6});
}

TEST_CASE("dnp3: a datagram, holds several frames", "[wire][dnp3]") {
  Talk talk;
  const Bytes two = request(kRead) + link_op(0xc9);
  CHECK(talk.connection.datagram(Side::kRequest, two, *talk.keeper).kind == FaultKind::kNone);
  REQUIRE(talk.told() == 2);
  CHECK(talk.keeper->all[1].name == "request_link_status");
}

TEST_CASE("dnp3: a datagram's fault, counts from its first byte", "[wire][dnp3]") {
  Talk talk;
  const Bytes first = request(kRead);
  const auto fault_of_datagram = [&](const Bytes& bytes) {
    return talk.connection.datagram(Side::kRequest, bytes, *talk.keeper);
  };
  const auto at = static_cast<uint32_t>(first.size());
  CHECK(fault_of_datagram(first + Bytes{0}) == Fault{FaultKind::kBadMarker, at});
  CHECK(fault_of_datagram(first + Bytes{5, 0x64}) == Fault{FaultKind::kTruncated, at + 2});
  CHECK(fault_of_datagram({}) == Fault{FaultKind::kTruncated, 0});
  Bytes cut = first + first;
  cut.pop_back();
  CHECK(fault_of_datagram(cut).kind == FaultKind::kTruncated);
}

TEST_CASE("dnp3: recognises, a whole header of a function that exists", "[wire][dnp3]") {
  CHECK(dnp3::Connection::recognises(request(kRead)));
  CHECK(dnp3::Connection::recognises(link_op(0xc0)));
  CHECK(dnp3::Connection::recognises(link_frame(0x0b, 1, 2)));
  CHECK_FALSE(dnp3::Connection::recognises(link_op(0xc5)));
  CHECK_FALSE(dnp3::Connection::recognises(link_op(0xd0)));
  Bytes frame = request(kRead);
  CHECK_FALSE(dnp3::Connection::recognises(std::span(frame).first(9)));
  frame[9] ^= 1;
  CHECK_FALSE(dnp3::Connection::recognises(frame));
}
