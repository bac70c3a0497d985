#include <memory>
#include <string>

#include "catch.hpp"
#include "wire/packet_reader.hpp"
#include "wire/packet_writer.hpp"
#include "wire/window.hpp"

using namespace sandbox;
using namespace sandbox::wire;

namespace {

/// What becomes of these bytes, read so many at a time.
struct Reading {
  std::size_t packets = 0;
  std::string payloads;
  bool malformed = false;
};
Reading read(std::string_view bytes, std::size_t at_a_time) {
  const auto reader = std::make_unique<PacketReader>();
  Reading reading;
  while (!bytes.empty()) {
    const std::span<char> room = reader->room();
    const std::size_t size = std::min({at_a_time, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), size);
    reader->grew(size);
    bytes.remove_prefix(size);
    Packet packet;
    for (std::string_view payload; reader->next(packet, payload); ++reading.packets) reading.payloads += payload;
    reading.malformed = reader->malformed();
    if (reading.malformed) break;
  }
  return reading;
}

std::string packet(std::uint32_t length, std::uint32_t channel, PacketType type, std::uint8_t zero = 0) {
  const Packet head{length, channel, type, {zero, 0, 0}};
  return std::string(reinterpret_cast<const char*>(&head), sizeof head) + std::string(length > 100 ? 100 : length, 'x');
}

}  // namespace

TEST_CASE("packets come out as they went in, however they are cut") {
  const auto writer = std::make_unique<PacketWriter>();
  std::string payloads;
  for (int i = 0; i < 3; ++i) {
    const std::string bytes(kMostPacketBytes - static_cast<std::size_t>(i), static_cast<char>('a' + i));
    writer->put(7, PacketType::data, bytes);
    writer->put(7, PacketType::end);
    writer->put_value(8, PacketType::credit, std::uint32_t{5});
    payloads += bytes + std::string("\5\0\0\0", 4);
  }
  for (const std::size_t at_a_time : {1U, 7U, 4096U, 1000000U}) {
    const Reading reading = read(writer->waiting(), at_a_time);
    CHECK(reading.packets == 9);
    CHECK(reading.payloads == payloads);
    CHECK_FALSE(reading.malformed);
  }
}

TEST_CASE("a packet without the form of its type is malformed") {
  for (const std::string& bad :
       {packet(0, 1, PacketType{}), packet(0, 1, PacketType{7}), packet(0, 1, PacketType::data), packet(kMostPacketBytes + 1, 1, PacketType::data),
        packet(0xFFFFFFFF, 1, PacketType::data), packet(1, 1, PacketType::end), packet(1, 1, PacketType::stop), packet(3, 1, PacketType::credit),
        packet(5, 1, PacketType::open), packet(0, 1, PacketType::streams), packet(4, 1, PacketType::streams),
        packet(4 * sizeof(OpenStream), 1, PacketType::streams), packet(0, kMostChannels + 1, PacketType::end), packet(0, 1, PacketType::end, 1)}) {
    CHECK(read(bad, 1000).malformed);
    CHECK(read(bad, 1000).packets == 0);
  }
}

TEST_CASE("data leaves room for what is said about channels") {
  const auto writer = std::make_unique<PacketWriter>();
  std::size_t data = 0;
  for (; writer->has_room_for_data(); ++data) writer->data(1, writer->payload_room().size());
  CHECK(data >= 3);
  CHECK(writer->has_room());
  std::size_t said = 0;
  for (; writer->has_room(); ++said) writer->put(1, PacketType::end);
  CHECK(said >= kMostChannels);
  // What was written makes room again, wherever it lies.
  writer->written(writer->waiting().size() - 5);
  CHECK(writer->has_room_for_data());
  CHECK(writer->payload_room().size() == kMostPacketBytes);
  CHECK(writer->waiting().size() == 5);
}

TEST_CASE("nobody gets more than the window, or gives more than was used") {
  Sending sending(Direction::present);
  CHECK(sending.credit() == kWindow);
  CHECK_FALSE(sending.take_credit(1));
  sending.sent(100);
  CHECK_FALSE(sending.take_credit(0));
  CHECK_FALSE(sending.take_credit(101));
  CHECK(sending.take_credit(100));
  CHECK(sending.take_stop());
  CHECK_FALSE(sending.take_stop());
  CHECK_FALSE(sending.take_credit(1));
  CHECK(sending.credit() == 0);
  CHECK_FALSE(sending.over());
  sending.end();
  CHECK(sending.over());

  Receiving receiving(Direction::present);
  CHECK(receiving.take_data(kWindow));
  CHECK_FALSE(receiving.take_data(1));
  receiving.delivered(100);
  CHECK(receiving.take_credit_due() == 0);  // not worth a packet
  receiving.delivered(kWindow - 100);
  CHECK(receiving.take_credit_due() == kWindow);
  CHECK(receiving.take_data(1));
  CHECK(receiving.take_end());
  CHECK_FALSE(receiving.take_end());
  CHECK_FALSE(receiving.take_data(1));
  receiving.stop();
  CHECK(receiving.over());
}

TEST_CASE("a direction that does not exist is over from the beginning") {
  Sending sending(Direction::absent);
  CHECK(sending.over());
  CHECK(sending.credit() == 0);
  CHECK_FALSE(sending.take_stop());
  Receiving receiving(Direction::absent);
  CHECK(receiving.over());
  CHECK_FALSE(receiving.take_data(1));
  CHECK_FALSE(receiving.take_end());
}
