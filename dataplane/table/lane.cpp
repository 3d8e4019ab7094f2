// SPDX-License-Identifier: Apache-2.0
#include "table/lane.h"

#include "table/mesh_table.h"

namespace bulkhead::dataplane {

InboundLane::InboundLane(uint32_t spi_, uint16_t worker, std::shared_ptr<PeerSlot> peer_) noexcept
    : spi(spi_), receive_worker(worker), peer(std::move(peer_)) {}

OutboundLane::OutboundLane(uint32_t spi_, uint16_t source_port_,
                           std::shared_ptr<PeerSlot> peer_) noexcept
    : spi(spi_), source_port(source_port_), peer(std::move(peer_)) {}

}  // namespace bulkhead::dataplane
