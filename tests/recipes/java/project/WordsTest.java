import static org.junit.Assert.assertEquals;

import java.util.stream.IntStream;
import org.junit.Test;

public class WordsTest {
  @Test
  public void theStreamIsSummed() {
    assertEquals(42, IntStream.rangeClosed(3, 9).parallel().sum());
  }
}
