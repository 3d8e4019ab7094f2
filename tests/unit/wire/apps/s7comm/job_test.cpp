// SPDX-License-Identifier: Apache-2.0
// Jobs of S7comm and what answers them: variables, blocks, services.
#include <catch2/catch.hpp>

#include "pdus.h"
#include "wire/apps/s7comm/table.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::s7;

namespace {

constexpr uint64_t in_db(uint64_t db, uint64_t bit) noexcept {
  return db << 32 | bit;
}
const Told& told(Talk& talk, const Octets& tsdu) {
  REQUIRE(talk.ask(tsdu) == Fault{});
  return talk.last();
}

}  // namespace

TEST_CASE("s7comm: a read of several items names every one of them", "[s7comm]") {
  Talk talk;
  const Octets items = any(4, 3, 7, 0x84, 80) + any(1, 1, 0, 0x83, 13) + any(29, 2, 0, 0x1d, 5) +
                       any(2, 8, 0, 0x81, 16);
  const Told& op = told(talk, job(Octets{4, 4} + items));
  CHECK(op.app == App::kS7comm);
  CHECK(op.name == "read_var");
  CHECK(op.cls == OperationClass::kRead);
  CHECK(op.direction == Direction::kRequest);
  CHECK(op.request_id == 7);
  REQUIRE(op.points.size() == 4);
  CHECK(op.points[0] ==
        PointRange{PointType::kS7Db, OperationClass::kRead, in_db(7, 80), in_db(7, 127), 7});
  CHECK(op.points[1] == PointRange{PointType::kS7Flag, OperationClass::kRead, 13, 13});
  CHECK(op.points[2] == PointRange{PointType::kS7Timer, OperationClass::kRead, 5, 6});
  CHECK(op.points[3] == PointRange{PointType::kS7Input, OperationClass::kRead, 16, 79});
}

TEST_CASE("s7comm: a write carries the values of every item", "[s7comm]") {
  Talk talk;
  const Octets items = any(5, 1, 1, 0x84, 0) + any(2, 1, 0, 0x82, 8) + any(8, 1, 2, 0x84, 32) +
                       any(1, 1, 0, 0x83, 3);
  const Octets data = Octets{0, 4, 0, 16, 0xff, 0xfe} + Octets{0, 4, 0, 8, 9, 0} +
                      Octets{0, 7, 0, 4, 0x42, 0xc8, 0, 0} + Octets{0, 3, 0, 1, 1};
  const Told& op = told(talk, job(Octets{5, 4} + items, data));
  CHECK(op.cls == OperationClass::kWrite);
  CHECK(op.numbers == std::vector<double>{-2, 9, 100, 1});
  CHECK(op.points.size() == 4);
  CHECK(op.points[1].access == OperationClass::kWrite);
}

TEST_CASE("s7comm: the bytes written are those that the item is long, else a fault", "[s7comm]") {
  Talk talk;
  const Octets one = Octets{5, 1} + any(4, 1, 1, 0x84, 0);
  CHECK(talk.ask(job(one, {0, 4, 0, 16, 1, 2})) == Fault{});
  CHECK(talk.ask(job(one, {0, 4, 0, 8, 1})) == Fault{FaultKind::kBadLength, kInTsdu + 26});
  CHECK(talk.ask(job(one, {0, 4, 0, 32, 1, 2, 3, 4})) ==
        Fault{FaultKind::kBadLength, kInTsdu + 26});
  CHECK(talk.ask(job(one, {0, 0x77, 0, 2, 1, 2})) == Fault{FaultKind::kBadType, kInTsdu + 25});
  CHECK(talk.ask(job(one, {0, 4, 0, 16, 1})) == Fault{FaultKind::kBadLength, kInTsdu + 26});
}

TEST_CASE("evasion: a forbidden write behind harmless ones is told too", "[s7comm][evasion]") {
  Talk talk;
  const Octets items = any(2, 1, 1, 0x84, 0) + any(2, 1, 99, 0x84, 0);
  const Told& op = told(talk, job(Octets{5, 2} + items, {0, 4, 0, 8, 1, 0, 0, 4, 0, 8, 2}));
  REQUIRE(op.points.size() == 2);
  CHECK(op.points[1].first == in_db(99, 0));
  // The count says one item, and there are two.
  CHECK(talk.ask(job(Octets{5, 1} + items, {0, 4, 0, 8, 1})) ==
        Fault{FaultKind::kBadCount, kInTsdu + 24});
  CHECK(
      talk.ask(job(Octets{5, 1} + any(2, 1, 1, 0x84, 0), {0, 4, 0, 8, 1, 0, 0, 4, 0, 8, 2})).kind ==
      FaultKind::kBadLength);
  CHECK(talk.ask(job(Octets{5, 3} + items, {0, 4, 0, 8, 1, 0, 0, 4, 0, 8, 2})).kind !=
        FaultKind::kNone);
}

TEST_CASE("s7comm: items that name nothing known are faults at what is not", "[s7comm]") {
  Talk talk;
  const auto read = [&](const Octets& item) { return talk.ask(job(Octets{4, 1} + item)); };
  CHECK(read(any(99, 1, 1, 0x84, 0)) == Fault{FaultKind::kBadType, kInTsdu + 15});
  CHECK(read(any(2, 0, 1, 0x84, 0)) == Fault{FaultKind::kBadCount, kInTsdu + 16});
  CHECK(read(any(2, 1, 1, 0x99, 0)) == Fault{FaultKind::kBadType, kInTsdu + 20});
  CHECK(read(any(29, 1, 1, 0x84, 0)) == Fault{FaultKind::kBadType, kInTsdu + 20});
  CHECK(read(any(2, 1, 0, 0x1d, 0)) == Fault{FaultKind::kBadType, kInTsdu + 20});
  CHECK(read(any(4, 1, 1, 0x84, 3)) == Fault{FaultKind::kBadAddress, kInTsdu + 21});
  CHECK(read({0x13, 1, 0x10}) == Fault{FaultKind::kBadMarker, kInTsdu + 12});
  CHECK(read({0x12, 1, 0x44}) == Fault{FaultKind::kBadType, kInTsdu + 14});
  CHECK(read({0x12, 9, 0x10, 2}) == Fault{FaultKind::kBadLength, kInTsdu + 13});
  CHECK(talk.ask(job({4, 0})) == Fault{FaultKind::kBadCount, kInTsdu + 11});
  CHECK(talk.tells.all.empty());
}

TEST_CASE("s7comm: items of other syntaxes: data blocks, symbols, numerical control, drives",
          "[s7comm]") {
  Talk talk;
  const Octets db_read = {0x12, 12, 0xb0, 2, 4, 0, 9, 0, 2, 1, 0, 9, 1, 0};
  const Octets symbol = {0x12, 18,   0xb2, 0xff, 0x8a, 0x0e, 0, 5, 0xde, 0xad,
                         0xbe, 0xef, 1,    0,    0,    0,    2, 0, 0,    7};
  const Octets nck = {0x12, 8, 0x82, 0x41, 0, 3, 0, 10, 0x7f, 2};
  const Octets drive = {0x12, 10, 0xa2, 0, 0, 0, 0, 0, 1, 2, 0, 3};
  const Told& op = told(talk, job(Octets{4, 4} + db_read + symbol + nck + drive));
  REQUIRE(op.points.size() == 5);
  CHECK(op.points[0].first == in_db(9, 16));
  CHECK(op.points[0].last == in_db(9, 47));
  CHECK(op.points[1].first == in_db(9, 2048));
  CHECK(op.points[1].last == in_db(9, 2055));
  CHECK(op.points[2] == PointRange{PointType::kS7Symbol, OperationClass::kRead, 0xdeadbeef,
                                   0xdeadbeef, 0x8a0e0005});
  CHECK(op.points[3].first == 0x8241'7f00'0003'000a);
  CHECK(op.points[3].last == 0x8241'7f00'0003'000b);
  CHECK(op.points[4].first == 0xa200'0000'0102'0003);
  CHECK(talk.ask(job(Octets{4, 1, 0x12, 2, 0xb0, 0})).kind == FaultKind::kBadCount);
  CHECK(talk.ask(job(Octets{4, 1, 0x12, 7, 0xb0, 1, 0, 0, 9, 0, 2})).kind == FaultKind::kBadCount);
}

TEST_CASE("s7comm: an item of odd length is padded before the next one", "[s7comm]") {
  Talk talk;
  const Octets odd = {0x12, 7, 0xb0, 1, 4, 0, 9, 0, 2};
  const Told& op = told(talk, job(Octets{4, 2} + odd + Octets{0} + any(2, 1, 1, 0x84, 0)));
  CHECK(op.points.size() == 2);
}

TEST_CASE("s7comm: a response has the values; an item that failed makes it negative", "[s7comm]") {
  Talk talk;
  told(talk, job(Octets{4, 2} + any(5, 1, 1, 0x84, 0) + any(5, 1, 2, 0x84, 0)));
  REQUIRE(talk.answer(ack({4, 2}, {0xff, 5, 0, 16, 0, 9, 0x0a, 0, 0, 0})) == Fault{});
  CHECK(talk.last().direction == Direction::kResponse);
  CHECK(talk.last().name == "read_var");
  CHECK(talk.last().request_id == 7);
  CHECK(talk.last().numbers == std::vector<double>{9});
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 0x0a);
  REQUIRE(talk.answer(ack({5, 2}, {0xff, 0xff})) == Fault{});
  CHECK_FALSE(talk.last().is_exception);
  REQUIRE(talk.answer(ack({5, 2}, {0xff, 5})) == Fault{});
  CHECK(talk.last().exception_code == 5);
  CHECK(talk.answer(ack({5, 3}, {0xff, 5})).kind == FaultKind::kBadLength);
  CHECK(talk.answer(ack({4, 1}, {0xff, 4, 0, 64, 1})).kind == FaultKind::kBadLength);
}

TEST_CASE("s7comm: an error in the header is class and code", "[s7comm]") {
  Talk talk;
  told(talk, job(Octets{5, 1} + any(2, 1, 1, 0x84, 0), {0, 4, 0, 8, 1}));
  REQUIRE(talk.answer(ack({5, 1}, {}, 0x8104)) == Fault{});
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 0x8104);
  CHECK(talk.last().cls == OperationClass::kWrite);
}

TEST_CASE("s7comm: downloads and uploads name their block", "[s7comm]") {
  Talk talk;
  const Told request = told(talk, file_job(0x1a, "_0A00127P", Octets{13} + text("1000170000098")));
  CHECK(request.name == "request_download");
  CHECK(request.cls == OperationClass::kProgram);
  CHECK(request.technique == 843);
  REQUIRE(request.points.size() == 1);
  CHECK(request.points[0] == PointRange{PointType::kS7Block, OperationClass::kProgram,
                                        uint64_t{10} << 32 | 127, uint64_t{10} << 32 | 127, 'A'});
  CHECK(told(talk, file_job(0x1d, "_0C00004A")).points[0].first == (uint64_t{12} << 32 | 4));
  CHECK(told(talk, job({0x1e, 0, 0, 0, 0, 0, 0, 7})).name == "upload");
  CHECK(told(talk, job({0x1f, 0, 0, 0, 0, 0, 0, 7})).name == "end_upload");
  CHECK(talk.ask(file_job(0x1c, "_0A00127P", {1})) == Fault{FaultKind::kBadLength, kInTsdu + 28});
  CHECK(talk.ask(job({0x1e, 0, 0, 0})).kind == FaultKind::kBadLength);
  CHECK(talk.ask(job({0x1a, 0, 0, 0, 0, 0, 0, 0, 9, '_'})).kind == FaultKind::kBadLength);
}

TEST_CASE("s7comm: the loading of an organisation block is told as such", "[s7comm]") {
  Talk talk;
  CHECK(told(talk, file_job(0x1a, "_0800001P", Octets{1, '1'})).technique == 821);
  CHECK(told(talk, file_job(0x1d, "_0800001A")).technique == 845);
}

TEST_CASE("evasion: a file whose name is not understood names every block", "[s7comm][evasion]") {
  Talk talk;
  for (const char* name : {"_N_MPF", "_0G00001P", "_0A0000xP", "", "_0A00001", "x0A00001P"}) {
    const Told& op = told(talk, file_job(0x1c, name));
    REQUIRE(op.points.size() == 1);
    CHECK(op.points[0].first == 0);
    CHECK(op.points[0].last == UINT64_MAX);
    CHECK(std::string_view(name).ends_with(op.texts[0]));
  }
}

TEST_CASE("s7comm: a download is driven by the PLC, whose jobs are requests", "[s7comm]") {
  Talk talk;
  REQUIRE(talk.answer(file_job(0x1b, "_0A00001P")) == Fault{});
  CHECK(talk.last().direction == Direction::kRequest);
  CHECK(talk.last().name == "download_block");
  REQUIRE(talk.ask(ack({0x1b, 0}, {0, 2, 0, 0xfb, 0x70, 0x70})) == Fault{});
  CHECK(talk.last().direction == Direction::kResponse);
  CHECK(talk.last().bytes == std::vector<Octets>{{0x70, 0x70}});
  CHECK(talk.ask(ack({0x1b, 0}, {0, 9, 0, 0xfb, 0x70, 0x70})).kind == FaultKind::kBadLength);
}

TEST_CASE("evasion: a PI service is what its text says, not its function code",
          "[s7comm][evasion]") {
  Talk talk;
  const Octets block = Octets{1, 0} + text("0A00001P");
  const Told start = told(talk, pi_service({}, "P_PROGRAM"));
  CHECK(start.code == (0x28u | 1u << 16));
  CHECK(start.name == "pi_service_p_program");
  CHECK(start.technique == 858);
  CHECK(told(talk, pi_service(block, "_INSE")).code == (0x28u | 2u << 16));
  CHECK(talk.last().points[0].first == (uint64_t{10} << 32 | 1));
  CHECK(told(talk, pi_service(block, "_DELE")).code == (0x28u | 4u << 16));
  CHECK(told(talk, pi_service(text("EP"), "_MODU")).code == (0x28u | 5u << 16));
  CHECK(talk.last().bytes == std::vector<Octets>{text("EP")});
  CHECK(told(talk, pi_service({}, "_GARB")).code == (0x28u | 6u << 16));
  CHECK(told(talk, pi_service({}, "_N_F_DELE")).cls == OperationClass::kProgram);
  const Told& other = told(talk, pi_service({}, "_QQQQ"));
  CHECK(other.cls == OperationClass::kUnspecified);
  CHECK(other.name == "unknown");
}

TEST_CASE("s7comm: a PI service names every block of its list", "[s7comm]") {
  Talk talk;
  const Octets two = Octets{2, 0} + text("0A00001P") + text("0800001P");
  const Told& op = told(talk, pi_service(two, "_INSE"));
  REQUIRE(op.points.size() == 2);
  CHECK(op.points[1].first == (uint64_t{8} << 32 | 1));
  CHECK(op.technique == 821);
  CHECK(talk.ask(pi_service(Octets{3, 0} + text("0A00001P"), "_INSE")) ==
        Fault{FaultKind::kBadCount, kInTsdu + 20});
  CHECK(talk.ask(job({0x28, 0, 0, 0, 0, 0, 0, 0xfd, 0, 9, 1})).kind == FaultKind::kBadLength);
}

TEST_CASE("s7comm: an answer to a PI service is called as its request was", "[s7comm]") {
  Talk talk;
  told(talk, pi_service({}, "P_PROGRAM"));
  REQUIRE(talk.answer(ack({0x28})) == Fault{});
  CHECK(talk.last().name == "pi_service_p_program");
  REQUIRE(talk.answer(ack({0x28})) == Fault{});  // nobody asked
  CHECK(talk.last().name == "pi_service");
}

TEST_CASE("s7comm: an acknowledgement without parameters is of its request", "[s7comm]") {
  Talk talk;
  told(talk, file_job(0x1d, "_0B00000A"));
  REQUIRE(talk.answer({0x32, 2, 0, 0, 0, 7, 0, 0, 0, 0, 0xd2, 0x41}) == Fault{});
  CHECK(talk.last().name == "start_upload");
  CHECK(talk.last().exception_code == 0xd241);
  REQUIRE(talk.answer({0x32, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0}) == Fault{});
  CHECK(talk.last().cls == OperationClass::kUnspecified);
}

TEST_CASE("s7comm: stop, setup, and what nobody knows", "[s7comm]") {
  Talk talk;
  const Told stop = told(talk, job(Octets{0x29, 0, 0, 0, 0, 0, 9} + text("P_PROGRAM")));
  CHECK(stop.name == "plc_stop");
  CHECK(stop.cls == OperationClass::kProgram);
  CHECK(told(talk, job({0xf0, 0, 0, 1, 0, 1, 1, 0xe0})).cls == OperationClass::kSession);
  CHECK(told(talk, job({0x66, 1, 2})).cls == OperationClass::kUnspecified);
  CHECK(told(talk, job({0x00, 1, 2})).cls == OperationClass::kUnspecified);
  CHECK(talk.ask(job({0xf0, 0, 0, 1})).kind == FaultKind::kBadLength);
  CHECK(talk.ask(job({0xf0, 0, 0, 1, 0, 1, 1, 0xe0}, {1})).kind == FaultKind::kBadLength);
  CHECK(talk.ask(job({})) == Fault{FaultKind::kBadLength, kInTsdu + 6});
}

TEST_CASE("evasion: lengths that are not exactly the TSDU's are a fault", "[s7comm][evasion]") {
  const Octets read = job(Octets{4, 1} + any(2, 1, 1, 0x84, 0));
  Talk talk;
  CHECK(talk.ask(read + Octets{0}) == Fault{FaultKind::kBadLength, kInTsdu + 6});
  CHECK(talk.ask(read + read) == Fault{FaultKind::kBadLength, kInTsdu + 6});
  for (size_t n = 1; n < read.size(); ++n) {
    const Octets cut(read.begin(), read.begin() + static_cast<ptrdiff_t>(n));
    CHECK(talk.ask(cut).kind != FaultKind::kNone);
  }
  CHECK(talk.ask({0x32, 4, 0, 0, 0, 7, 0, 0, 0, 0}) == Fault{FaultKind::kBadType, kInTsdu + 1});
  CHECK(talk.tells.all.empty());
}

TEST_CASE("s7comm: more areas than there is room for points are clipped", "[s7comm]") {
  Octets whole;
  for (int i = 0; i < 24; ++i) {
    Octets item = {0x12, 252, 0xb0, 50};
    for (int k = 0; k < 50; ++k) item = item + Octets{1, 0, 1, 0, 0};
    whole = whole + item;
  }
  Talk talk;
  const Told& op = told(talk, job(Octets{4, 24} + whole));
  CHECK(op.clipped);
  CHECK(op.points.size() == kMaxPointRanges);
}
