// SPDX-License-Identifier: Apache-2.0
// Laws of datagrams, of EtherNet/IP on UDP 44818 and 2222, and of the I/O connections that they
// open. Input: protocol_law.h.
#include "protocol_law.h"
#include "table/io_connections.h"
#include "wire/apps/enip/connection.h"

namespace {

using namespace bulkhead;
using dataplane::IoConnections;

const IpAddress kOriginator = IpAddress::v4(0x0a00'0001), kTarget = IpAddress::v4(0x0a00'0002);

// Keeps the table as the dataplane does, and tells data with what it knows.
class IoWitness final : public wire::OperationSink {
 public:
  void from(wire::Side side) {
    const bool asks = side == wire::Side::kRequest;
    src_ = asks ? kOriginator : kTarget;
    dst_ = asks ? kTarget : kOriginator;
  }
  void told() noexcept override {
    if (operation.io != nullptr) note(*operation.io);
    const bool data = operation.app == wire::App::kCip && operation.code == wire::cip::kIoData;
    if (data) tell();
  }

 private:
  void note(const wire::cip::IoChange& change) noexcept {
    LAW(operation.direction == wire::Direction::kResponse && !operation.is_exception);
    const wire::cip::IoConnection& connection = change.connection;
    if (!change.opens) return table_.closed(dst_, src_, connection.triad);
    LAW(connection.transport_class <= 1);
    LAW(connection.to_target.lifetime_ns >= wire::cip::kLeastLifetimeNs);
    LAW(table_.opened(dst_, src_, connection, now_ns));
  }
  void tell() noexcept {
    const uint32_t sequence = wire::cip::io_sequence(operation);
    const auto found = table_.find(src_, dst_, wire::cip::io_identifier(operation), now_ns);
    if (!found.known()) return;
    const size_t carried = operation.values[0].bytes.size();
    tell_io(found.telling(), operation);
    const auto cls = found.to_target() ? wire::OperationClass::kWrite : wire::OperationClass::kRead;
    LAW(operation.cls == cls);
    LAW(operation.clipped || !operation.points.empty());
    for (const wire::PointRange& point : operation.points) {
      LAW(point.access == cls && point.first <= point.last);
      LAW(point.type != wire::PointType::kCipConnection);
    }
    LAW(operation.values[0].bytes.size() <= carried);
    LAW(operation.out_of_turn || carried <= found.telling().way.size);
    if (!found.ahead(sequence)) return;
    LAW(IoConnections::passed(found, sequence, now_ns));
    LAW(!IoConnections::passed(found, sequence, now_ns));
  }

  IoConnections table_{32, 7};
  IpAddress src_, dst_;
};

void check_io(test::Bytes input) {
  wire::enip::Connection connection;
  const auto witness = std::make_unique<IoWitness>();  // large
  test::each_datagram(input, [&](uint8_t first, const std::vector<uint8_t>& datagram) {
    const wire::Side side = test::side_of((first & 1) != 0);
    witness->now_ns += (uint64_t{first} >> 1) * 100'000'000;
    witness->from(side);
    (void)connection.datagram(side, datagram, *witness);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_datagrams<wire::enip::Connection>(data, size);
  check_io({data, size});
  return 0;
}
